package io.syncnorm.ml;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasCheckpointInterval;

/** Params that define where and how often a fit writes checkpoints. */
public interface CheckpointParams extends OwnParams, HasCheckpointInterval {
  /**
   * Folder of the checkpoints. A path without a scheme is on Hadoop's default file system. Empty
   * for no checkpoints.
   */
  default Param<String> checkpointDir() {
    return own().get("checkpointDir");
  }

  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  /** Epochs between two checkpoints, or -1 for none. */
  @Override
  default IntParam checkpointInterval() {
    return own().get("checkpointInterval");
  }

  /**
   * Epochs, steps or time between two checkpoints, for example {@code 5m}; empty for {@link
   * #checkpointInterval} epochs. Steps and times count inside epochs, too: after a lost worker
   * training resumes there, also without a {@link #checkpointDir}.
   */
  default Param<String> checkpointEvery() {
    return own().get("checkpointEvery");
  }

  default String getCheckpointEvery() {
    return getOrDefault(checkpointEvery());
  }

  @Override
  default void
      org$apache$spark$ml$param$shared$HasCheckpointInterval$_setter_$checkpointInterval_$eq(
          IntParam made) {}
}
