package io.syncnorm.experiment;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.checkpoint.Checkpoint;
import io.syncnorm.checkpoint.CheckpointFolder;
import io.syncnorm.checkpoint.CheckpointOwner;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.CheckpointSettings;
import io.syncnorm.files.Folder;
import io.syncnorm.files.UnwritableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Decides, before any is trained, where the training of each model starts. */
final class Starts {
  private final CheckpointSettings settings;
  private final Configuration hadoop;
  private final RunListener listener;

  Starts(CheckpointSettings settings, Configuration hadoop, RunListener listener) {
    this.settings = settings;
    this.hadoop = hadoop;
    this.listener = listener;
  }

  /**
   * @param plans with their worlds counted out, and what each trains
   * @param hashes SHA-256 of each file that they are trained from by its path
   * @return one for each plan
   * @throws AnotherRunException if a checkpoint is of another configuration or of other data
   * @throws CheckpointException if what is named cannot be gone on from
   * @throws UnwritableException if the place of checkpoints cannot be reached
   */
  List<Start> of(
      Map<ModelPlan, PlannedModel> plans,
      Map<String, String> hashes,
      Path runDirectory,
      Beginning beginning) {
    Folder folder = folder(runDirectory);
    List<Start> fresh =
        plans.entrySet().stream()
            .map(plan -> fresh(plan.getKey(), plan.getValue(), hashes, folder))
            .toList();
    if (beginning instanceof Beginning.From named) {
      Map<String, Checkpoint> found =
          new NamedCheckpoints(settings, hadoop, listener).find(named.address(), fresh);
      return fresh.stream()
          .map(
              start ->
                  found.containsKey(start.owner().model())
                      ? start.from(found.get(start.owner().model()))
                      : afterItsLast(start))
          .toList();
    }
    if (beginning instanceof Beginning.Auto) {
      return fresh.stream().map(Starts::afterItsLast).toList();
    }
    fresh.forEach(start -> start.checkpoints().clear());
    return fresh;
  }

  private Folder folder(Path runDirectory) {
    try {
      return CheckpointFolder.of(settings, runDirectory, hadoop);
    } catch (IOException e) {
      throw new UnwritableException("checkpoint.dir = " + settings.place(), e);
    }
  }

  private Start fresh(
      ModelPlan plan, PlannedModel network, Map<String, String> hashes, Folder folder) {
    CheckpointOwner owner = Start.owner(plan, network, hashes);
    return new Start(
        plan,
        network,
        owner,
        new Checkpoints(folder, owner, settings, listener::checkpointUnused),
        new Checkpoint(List.of(), network.start()));
  }

  private static Start afterItsLast(Start fresh) {
    return fresh.checkpoints().latest(fresh.snapshot()).map(fresh::from).orElse(fresh);
  }
}
