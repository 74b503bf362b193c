package io.syncnorm.ml;

import io.syncnorm.checkpoint.CheckpointFolder;
import io.syncnorm.checkpoint.CheckpointOwner;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.CheckpointPlace;
import io.syncnorm.config.CheckpointSettings;
import io.syncnorm.files.Folder;
import io.syncnorm.files.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code checkpointDir} of a fit. Whose the checkpoints in it may be is known when the rows
 * are.
 */
final class FitCheckpoints {
  private static final Logger LOG = LoggerFactory.getLogger(FitCheckpoints.class);

  /** Files are named {@code fit-<epoch>.ckpt}. */
  private static final String MODEL = "fit";

  private static final CheckpointOwner.Wording WORDING =
      new CheckpointOwner.Wording(
          "the same fit",
          "params and rows",
          "fit with those params and rows to go on from it, or delete it or name another checkpointDir to train afresh");

  private final FitInput input;
  private final List<String> params;
  private final CheckpointSettings settings;
  private final Folder folder;

  private FitCheckpoints(
      FitInput input, List<String> params, CheckpointSettings settings, Folder folder) {
    this.input = input;
    this.params = params;
    this.settings = settings;
    this.folder = folder;
  }

  /**
   * What the params say; empty if nothing is to be kept.
   *
   * @throws IllegalArgumentException if there is no such file system
   */
  static Optional<FitCheckpoints> of(
      SyncBatchNormClassifier classifier, FitInput input, Configuration hadoop) {
    String address = classifier.getCheckpointDir();
    int interval = classifier.getCheckpointInterval();
    if (address.isBlank() || interval == ParamSet.NO_CHECKPOINTS) {
      return Optional.empty();
    }
    CheckpointSettings defaults = input.settings().partial().checkpoint();
    CheckpointSettings settings =
        new CheckpointSettings(
            interval, defaults.keep(), new CheckpointPlace.Folder(address), defaults.timeout());
    List<String> params = new ArrayList<>(classifier.own().decisive(input.settings().partial()));
    params.add("earlyStoppingRounds=" + input.settings().earlyStoppingRounds());
    try {
      return Optional.of(
          new FitCheckpoints(
              input,
              params,
              settings,
              Folder.at(Location.inSpark(address), hadoop, CheckpointFolder.limit(settings))));
    } catch (IOException e) {
      throw unusable(address, e);
    }
  }

  /**
   * Whether a fit has left any, this one or another.
   *
   * @throws IllegalArgumentException if the folder cannot be looked into
   */
  boolean areThere() {
    try {
      return Checkpoints.areIn(folder, MODEL);
    } catch (IOException e) {
      throw unusable(folder.address(""), e);
    }
  }

  /** Those of this fit, its rows known. */
  Checkpoints of(FitReport.Agreed rows) {
    List<String> decides = new ArrayList<>(params);
    decides.add("numWorkers=" + input.world());
    decides.add("numFeatures=" + input.inputs());
    decides.add("numClasses=" + rows.classes());
    decides.add("training rows=" + rows.trainingRows());
    decides.add("validation rows=" + rows.validationRows());
    decides.add(String.format(Locale.ROOT, "checksum of the rows=%08x", rows.checksum()));
    CheckpointOwner owner =
        new CheckpointOwner(
            MODEL,
            input
                .settings()
                .configuration(rows.classes(), rows.batchSize())
                .withWorld(input.world()),
            input.settings().hiddenLayers(),
            decides,
            WORDING);
    return new Checkpoints(
        folder,
        owner,
        settings,
        (address, reason) ->
            LOG.warn(
                "{}: checkpoint {} is not used: {}; taking the one before, if there is one",
                input.uid(),
                address,
                reason));
  }

  private static IllegalArgumentException unusable(String address, IOException cause) {
    return new IllegalArgumentException(
        "checkpointDir=%s cannot be used: %s; expected a folder on a file system that Hadoop knows"
            .formatted(address, cause.getMessage()),
        cause);
  }
}
