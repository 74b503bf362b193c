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
    return own().checkpointDir;
  }

  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  /** Epochs between two checkpoints, or -1 for none. */
  @Override
  default IntParam checkpointInterval() {
    return own().checkpointInterval;
  }

  @Override
  default void
      org$apache$spark$ml$param$shared$HasCheckpointInterval$_setter_$checkpointInterval_$eq(
          IntParam made) {}
}
