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
 * The owner of checkpoints: one model of a run or a fit.
 *
 * @param model name of the model
 * @param configuration of the model, with a resolved world
 * @param hiddenLayers of its network
 * @param decides everything that decides what is trained, {@code name=value} each
 * @param wording of the messages to users
 */
public record CheckpointOwner(
    String model,
    Configuration configuration,
    int hiddenLayers,
    List<String> decides,
    Wording wording) {

  /**
   * The terms that an owner's messages use.
   *
   * @param resumedBy what the user runs again to resume from a checkpoint
   * @param decides a name for everything that decides what is trained
   * @param remedy what to do with a checkpoint of another owner
   */
  public record Wording(String resumedBy, String decides, String remedy) {}

  public CheckpointOwner {
    decides = List.copyOf(decides);
    if (!(configuration.get(Keys.WORLD) instanceof WorldSize.Fixed)) {
      throw new IllegalArgumentException("the world must be resolved: found world=auto");
    }
  }

  /** SHA-256 of everything that decides what is trained. */
  byte[] identity() {
    return Sha256.of(model + "\n" + String.join("\n", decides));
  }

  public int epochs() {
    return configuration.get(Keys.EPOCHS);
  }

  /** Whether training is complete after the epochs of a history. */
  public boolean isComplete(List<EpochResult> history) {
    return history.size() == epochs() || new EarlyStopping(configuration, history).hasStopped();
  }

  /**
   * Checks that training can resume from the given progress. A snapshot contains the optimizer of
   * one rank. If each rank keeps its own, the moments of the others are lost, and resuming would
   * train another model. While gradients are averaged, all ranks have the same moments.
   *
   * @throws IOException if each rank has its own optimizer and training is not complete
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
              "with training.averaging.optimizer-state=keep each of world=%d ranks has its own optimizer, but a checkpoint contains only one",
              world));
    }
  }
}
