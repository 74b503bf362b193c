package io.syncnorm.experiment;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.checkpoint.CheckpointFile;
import io.syncnorm.checkpoint.CheckpointFolder;
import io.syncnorm.checkpoint.CheckpointOwner;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Keys;
import io.syncnorm.files.CallLimit;
import io.syncnorm.files.Folder;
import io.syncnorm.files.Location;
import io.syncnorm.files.TimedFolder;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.train.Progress;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** Finds the checkpoint from which the training of each model starts, before any is trained. */
final class CheckpointFinder {
  private static final String EXPECTED = "a checkpoint, or a folder of them";

  private final io.syncnorm.config.Configuration configuration;
  private final Configuration hadoop;
  private final RunIdentity identity;
  private final ShorterRuns shorter;
  private final Checkpoints.Unused unused;

  /**
   * @param shorter asked for a model that has no checkpoint of its own
   */
  CheckpointFinder(
      io.syncnorm.config.Configuration configuration,
      Configuration hadoop,
      RunIdentity identity,
      ShorterRuns shorter,
      Checkpoints.Unused unused) {
    this.configuration = configuration;
    this.hadoop = hadoop;
    this.identity = identity;
    this.shorter = shorter;
    this.unused = unused;
  }

  /**
   * @param models the model of each plan, with a resolved world
   * @return one training per plan
   * @throws AnotherRunException if a checkpoint is of another configuration or other data
   * @throws CheckpointException if the named checkpoint cannot be resumed from
   * @throws UnwritableException if the checkpoint folder cannot be reached
   */
  List<ModelTraining> trainings(
      Map<ModelPlan, UntrainedModel> models, Path runDirectory, ResumeMode resume) {
    Folder folder = folder(runDirectory);
    List<ModelTraining> fresh =
        models.entrySet().stream()
            .map(model -> fresh(model.getKey(), model.getValue(), folder))
            .toList();
    if (resume instanceof ResumeMode.From named) {
      Map<String, Progress> found = named(named.address(), fresh);
      return fresh.stream()
          .map(
              training ->
                  found.containsKey(training.owner().model())
                      ? training.from(found.get(training.owner().model()))
                      : fromLatest(training, runDirectory))
          .toList();
    }
    if (resume instanceof ResumeMode.Auto) {
      return fresh.stream().map(training -> fromLatest(training, runDirectory)).toList();
    }
    fresh.forEach(training -> training.checkpoints().clear());
    return fresh;
  }

  private Folder folder(Path runDirectory) {
    try {
      return CheckpointFolder.of(configuration, runDirectory, hadoop);
    } catch (IOException e) {
      throw new UnwritableException(
          "checkpoint.dir = " + configuration.get(Keys.CHECKPOINT_DIR), e);
    }
  }

  private ModelTraining fresh(ModelPlan plan, UntrainedModel model, Folder folder) {
    CheckpointOwner owner = ModelTraining.owner(plan, model, identity);
    return new ModelTraining(
        plan,
        model,
        owner,
        new Checkpoints(folder, owner, unused),
        Progress.from(model.start().get()),
        Optional.empty(),
        Optional.empty());
  }

  private ModelTraining fromLatest(ModelTraining fresh, Path runDirectory) {
    return fresh
        .checkpoints()
        .latest(fresh.from().latest())
        .map(fresh::from)
        .orElseGet(() -> shorter.continued(fresh, runDirectory));
  }

  /**
   * Reads the checkpoint, or the folder of checkpoints, that the user named.
   *
   * @return at least one checkpoint, by the name of its model
   * @throws CheckpointException if none is found, or the only one is truncated, altered or
   *     unreadable
   * @throws AnotherRunException if one is of another configuration, other data or another model
   */
  private Map<String, Progress> named(String address, List<ModelTraining> fresh) {
    try {
      CallLimit limit = CheckpointFolder.limit(configuration);
      Location.Found named = limit.call(() -> Location.of(address).in(hadoop).find());
      Folder folder = new TimedFolder(named.folder(), limit);
      return named.isFolder()
          ? newestIn(folder, named.address(), fresh)
          : only(new CheckpointFile(folder, named.name()), fresh);
    } catch (FileNotFoundException e) {
      throw new CheckpointException(address, EXPECTED, "nothing", e);
    } catch (IOException e) {
      throw new CheckpointException(address, EXPECTED, e.getMessage(), e);
    }
  }

  private Map<String, Progress> newestIn(Folder folder, String address, List<ModelTraining> fresh) {
    Map<String, Progress> found = new LinkedHashMap<>();
    for (ModelTraining training : fresh) {
      new Checkpoints(folder, training.owner(), unused)
          .latest(training.from().latest())
          .ifPresent(progress -> found.put(training.owner().model(), progress));
    }
    if (found.isEmpty()) {
      throw new CheckpointException(
          address,
          fresh.stream()
              .map(training -> training.owner().model() + "-<epoch>.ckpt")
              .collect(Collectors.joining(" or ", "a valid ", "")),
          "none",
          null);
    }
    return found;
  }

  private static Map<String, Progress> only(CheckpointFile file, List<ModelTraining> fresh)
      throws IOException {
    String model = file.model(ModelTraining.WORDING.remedy());
    for (ModelTraining training : fresh) {
      if (training.owner().model().equals(model)) {
        return Map.of(model, file.read(training.owner(), training.from().latest()));
      }
    }
    throw new AnotherRunException(
        file.address(),
        "model",
        fresh.stream()
            .map(training -> training.owner().model())
            .collect(Collectors.joining(" or ")),
        model,
        "name a checkpoint of one of this command's models");
  }
}
