package io.syncnorm.checkpoint;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Keys.Merge;
import io.syncnorm.config.Keys.OptimizerState;
import io.syncnorm.config.WorldSize;
import io.syncnorm.files.Sha256;
import io.syncnorm.train.EarlyStopping;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Whose checkpoint a file is.
 *
 * @param model its name
 * @param configuration of the model, its world counted out
 * @param hiddenLayers of its network
 * @param decides all that decides what is trained, {@code name=value} each
 * @param wording of what its user is told
 */
public record CheckpointOwner(
    String model,
    Configuration configuration,
    int hiddenLayers,
    List<String> decides,
    Wording wording) {

  /**
   * What an owner's messages call things.
   *
   * @param again what goes on from a checkpoint
   * @param decides what decides what is trained
   * @param remedy what to do with a checkpoint of another owner
   */
  public record Wording(String again, String decides, String remedy) {}

  public CheckpointOwner {
    decides = List.copyOf(decides);
    if (!(configuration.get(Keys.WORLD) instanceof WorldSize.Fixed)) {
      throw new IllegalArgumentException("the world must be counted out, found world=auto");
    }
  }

  /** SHA-256 of all that decides what is trained. */
  byte[] identity() {
    return Sha256.of(model + "\n" + String.join("\n", decides));
  }

  public int epochs() {
    return configuration.get(Keys.EPOCHS);
  }

  /** Whether nothing is left to train after the epochs of a history. */
  public boolean isComplete(List<EpochResult> history) {
    return history.size() == epochs() || new EarlyStopping(configuration, history).hasStopped();
  }

  /**
   * A snapshot has the optimizer of one rank. Where each keeps its own, the others' moments are
   * lost with the run, and going on would train another model. While gradients are averaged all
   * ranks have the same.
   *
   * @throws IOException if that is so
   */
  void requireResumable(Progress progress) throws IOException {
    int world = configuration.ranks();
    if (configuration.get(Keys.OPTIMIZER_STATE) == OptimizerState.KEEP
        && configuration.mergeIn(progress.latest().epoch()) == Merge.PARAMETERS
        && world > 1
        && !progress.latest().optimizerSlots().isEmpty()
        && !isComplete(progress.history())) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "with training.averaging.optimizer-state=keep each of world=%d ranks has an optimizer of its own and a checkpoint holds only one",
              world));
    }
  }
}
