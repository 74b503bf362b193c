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
import java.util.Optional;

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
   * Checks that training can resume from the given progress.
   *
   * @throws IOException if {@link #obstacle} names a reason
   */
  void requireResumable(Progress progress) throws IOException {
    Optional<String> obstacle = obstacle(progress);
    if (obstacle.isPresent()) {
      throw new IOException(obstacle.get());
    }
  }

  /**
   * Returns why resuming from the given progress would train another model, or nothing if it would
   * not. A snapshot contains the optimizer of one rank. If each rank keeps its own, the moments of
   * the others are lost. While gradients are averaged, all ranks have the same moments.
   */
  public Optional<String> obstacle(Progress progress) {
    int world = configuration.ranks();
    if (configuration.get(Keys.OPTIMIZER_STATE) == OptimizerState.KEEP
        && configuration.mergeIn(progress.latest().epoch()) == Merge.PARAMETERS
        && world > 1
        && !progress.latest().optimizerSlots().isEmpty()
        && !isComplete(progress.history())) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "with training.averaging.optimizer-state=keep each of world=%d ranks has its own optimizer, but a checkpoint contains only one",
              world));
    }
    return Optional.empty();
  }
}
