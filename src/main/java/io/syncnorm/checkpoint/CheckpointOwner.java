package io.syncnorm.checkpoint;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.files.Sha256;
import io.syncnorm.train.EarlyStopping;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.state.RankState;
import java.util.List;

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

  /** What ranks have of their own beside a snapshot. */
  RankState.Shape besides(Snapshot snapshot) {
    return snapshot.besides(configuration, hiddenLayers, configuration.ranks());
  }
}
