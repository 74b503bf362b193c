package io.syncnorm.ml;

import io.syncnorm.checkpoint.CheckpointFolder;
import io.syncnorm.checkpoint.CheckpointOwner;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.files.Folder;
import io.syncnorm.files.Location;
import io.syncnorm.spark.source.Counts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code checkpointDir} of a fit. Whether checkpoints in it belong to this fit is known only
 * once its rows are counted.
 */
final class FitCheckpoints {
  private static final Logger LOG = LoggerFactory.getLogger(FitCheckpoints.class);

  /**
   * Files are named {@code fit-<epoch>.ckpt}, or inside an epoch {@code fit-<epoch>.<step>.ckpt}.
   */
  private static final String MODEL = "fit";

  private static final CheckpointOwner.Wording WORDING =
      new CheckpointOwner.Wording(
          "the same fit",
          "params and rows",
          "use the checkpoint's params and rows to resume from it, or delete it or set another checkpointDir to train from scratch");

  private final String uid;
  private final List<String> params;
  private final Folder folder;

  private FitCheckpoints(String uid, List<String> params, Folder folder) {
    this.uid = uid;
    this.params = params;
    this.folder = folder;
  }

  /**
   * Returns the checkpoints that the params define; empty if checkpoints are off.
   *
   * @throws IllegalArgumentException if the folder cannot be read
   */
  static Optional<FitCheckpoints> of(
      SyncBatchNormClassifier classifier,
      io.syncnorm.config.Configuration configuration,
      Configuration hadoop) {
    String address = classifier.getCheckpointDir();
    if (address.isBlank() || !classifier.own().storesCheckpoints(classifier)) {
      return Optional.empty();
    }
    List<String> params = classifier.own().decisive(configuration);
    try {
      Folder folder =
          Folder.at(Location.inSpark(address), hadoop, CheckpointFolder.limit(configuration));
      folder.names(); // fails here, before the rows are read
      return Optional.of(new FitCheckpoints(classifier.uid(), params, folder));
    } catch (IOException e) {
      throw unusable(address, e);
    }
  }

  /** Returns the checkpoints of this fit. */
  Checkpoints of(FitPlan plan) {
    Counts training = plan.survey().training();
    Counts validation = plan.survey().test();
    List<String> decides = new ArrayList<>(params);
    decides.add("numWorkers=" + plan.world());
    decides.add("numFeatures=" + plan.inputs());
    decides.add("numClasses=" + plan.classes());
    decides.add("training rows=" + training.rows());
    decides.add("validation rows=" + validation.rows());
    decides.add("checksum of the rows=" + training.fingerprint());
    decides.add("checksum of the validation rows=" + validation.fingerprint());
    CheckpointOwner owner =
        new CheckpointOwner(
            MODEL,
            plan.configuration().with(Keys.WORLD, new WorldSize.Fixed(plan.world())),
            plan.hiddenLayers(),
            decides,
            WORDING);
    return new Checkpoints(
        folder,
        owner,
        (address, reason) ->
            LOG.warn(
                "{}: skipping checkpoint {}: {}; the fit resumes from the previous checkpoint, if there is one",
                uid,
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
