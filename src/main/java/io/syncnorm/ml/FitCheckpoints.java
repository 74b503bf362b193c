package io.syncnorm.ml;

import io.syncnorm.checkpoint.CheckpointFolder;
import io.syncnorm.checkpoint.CheckpointOwner;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
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
 * The {@code checkpointDir} of a fit. Whether checkpoints in it belong to this fit is known only
 * once its rows are.
 */
final class FitCheckpoints {
  private static final Logger LOG = LoggerFactory.getLogger(FitCheckpoints.class);

  /** Files are named {@code fit-<epoch>.ckpt}. */
  private static final String MODEL = "fit";

  private static final CheckpointOwner.Wording WORDING =
      new CheckpointOwner.Wording(
          "the same fit",
          "params and rows",
          "use the checkpoint's params and rows to resume from it, or delete it or set another checkpointDir to train from scratch");

  private final FitInput input;
  private final List<String> params;
  private final int interval;
  private final Folder folder;

  private FitCheckpoints(FitInput input, List<String> params, int interval, Folder folder) {
    this.input = input;
    this.params = params;
    this.interval = interval;
    this.folder = folder;
  }

  /**
   * Returns the checkpoints that the params define; empty if checkpoints are off.
   *
   * @throws IllegalArgumentException if the file system is unknown
   */
  static Optional<FitCheckpoints> of(
      SyncBatchNormClassifier classifier, FitInput input, Configuration hadoop) {
    String address = classifier.getCheckpointDir();
    int interval = classifier.getCheckpointInterval();
    if (address.isBlank() || interval == ParamSet.NO_CHECKPOINTS) {
      return Optional.empty();
    }
    List<String> params = classifier.own().decisive(input.params());
    try {
      return Optional.of(
          new FitCheckpoints(
              input,
              params,
              interval,
              Folder.at(
                  Location.inSpark(address), hadoop, CheckpointFolder.limit(input.params()))));
    } catch (IOException e) {
      throw unusable(address, e);
    }
  }

  /**
   * Returns whether the folder has checkpoints, of this fit or of another.
   *
   * @throws IllegalArgumentException if the folder cannot be read
   */
  boolean areThere() {
    try {
      return Checkpoints.areIn(folder, MODEL);
    } catch (IOException e) {
      throw unusable(folder.address(""), e);
    }
  }

  /** Returns the checkpoints of this fit, once its rows are known. */
  Checkpoints of(Agreed rows) {
    List<String> decides = new ArrayList<>(params);
    decides.add("numWorkers=" + input.world());
    decides.add("numFeatures=" + input.gathering().inputs());
    decides.add("numClasses=" + rows.classes());
    decides.add("training rows=" + rows.trainingRows());
    decides.add("validation rows=" + rows.validationRows());
    decides.add(String.format(Locale.ROOT, "checksum of the rows=%08x", rows.checksum()));
    CheckpointOwner owner =
        new CheckpointOwner(
            MODEL,
            input
                .gathering()
                .configuration(rows.classes(), rows.batchSize())
                .with(Keys.WORLD, new WorldSize.Fixed(input.world()))
                .with(Keys.CHECKPOINT_EVERY, interval),
            input.hiddenLayers(),
            decides,
            WORDING);
    return new Checkpoints(
        folder,
        owner,
        (address, reason) ->
            LOG.warn(
                "{}: skipping checkpoint {}: {}; the fit resumes from the previous checkpoint, if there is one",
                input.uid(),
                address,
                reason));
  }

  private static IllegalArgumentException unusable(String address, IOException cause) {
    return new IllegalArgumentException(
        "checkpointDir=%s cannot be used: %s; expected a folder on a file system that Hadoop supports"
            .formatted(address, cause.getMessage()),
        cause);
  }
}
