package io.syncnorm.experiment;

import io.syncnorm.config.CheckpointSettings;
import io.syncnorm.train.RankTraining;
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
   * @param plans with their worlds counted out
   * @param dataset what they are trained on
   * @return one for each plan
   * @throws AnotherRunException if a checkpoint is of another configuration or of other data
   * @throws CheckpointException if what is named cannot be gone on from
   * @throws RunDirectory.UnwritableException if the place of checkpoints cannot be reached
   */
  List<Start> of(List<ModelPlan> plans, Dataset dataset, Path runDirectory, Beginning beginning) {
    CheckpointFolder folder = folder(runDirectory);
    Map<String, String> hashes = dataset.hashes();
    int inputs = dataset.train().rowLength();
    List<Start> fresh =
        plans.stream()
            .map(plan -> fresh(CheckpointOwner.of(plan, hashes), folder, inputs))
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

  private CheckpointFolder folder(Path runDirectory) {
    try {
      return CheckpointFolder.of(settings, runDirectory, hadoop);
    } catch (IOException e) {
      throw new RunDirectory.UnwritableException("checkpoint.dir = " + settings.place(), e);
    }
  }

  private Start fresh(CheckpointOwner owner, CheckpointFolder folder, int inputs) {
    return new Start(
        owner,
        new Checkpoints(folder, owner, settings, listener),
        new Checkpoint(List.of(), RankTraining.freshModel(owner.plan().configuration(), inputs)));
  }

  private static Start afterItsLast(Start fresh) {
    return fresh.checkpoints().latest(fresh.snapshot()).map(fresh::from).orElse(fresh);
  }
}
