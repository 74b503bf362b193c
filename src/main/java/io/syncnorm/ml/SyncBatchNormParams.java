package io.syncnorm.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasBlockSize;
import org.apache.spark.ml.param.shared.HasMaxIter;
import org.apache.spark.ml.param.shared.HasSeed;
import org.apache.spark.ml.param.shared.HasValidationIndicatorCol;
import org.apache.spark.ml.param.shared.HasWeightCol;

/**
 * The params of {@link SyncBatchNormClassifier} and its model. {@code explainParams()} describes
 * each with its range and default.
 *
 * <p>Spark's shared traits require a setter for each param that they create. Here the params exist
 * already, so those setters do nothing.
 */
public interface SyncBatchNormParams
    extends CheckpointParams,
        OptimizerParams,
        HasBlockSize,
        HasMaxIter,
        HasSeed,
        HasValidationIndicatorCol,
        HasWeightCol {
  /** Maximum number of epochs. */
  @Override
  default IntParam maxIter() {
    return own().get("maxIter");
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasMaxIter$_setter_$maxIter_$eq(IntParam made) {}

  /** Rows of one worker's mini-batch. */
  default IntParam batchSize() {
    return own().get("batchSize");
  }

  default int getBatchSize() {
    return (int) getOrDefault(batchSize());
  }

  /** Random seed. */
  @Override
  default LongParam seed() {
    return own().get("seed");
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasSeed$_setter_$seed_$eq(LongParam made) {}

  /** Widths of the hidden layers. */
  default IntArrayParam hiddenLayers() {
    return own().get("hiddenLayers");
  }

  default int[] getHiddenLayers() {
    return getOrDefault(hiddenLayers());
  }

  /** All layers but the output layer; none for those of hiddenLayers. */
  default Param<String> layers() {
    return own().get("layers");
  }

  default String getLayers() {
    return getOrDefault(layers());
  }

  /** Height, width and channels of the image that a row of features is; empty for vectors. */
  default IntArrayParam imageShape() {
    return own().get("imageShape");
  }

  default int[] getImageShape() {
    return getOrDefault(imageShape());
  }

  /** Activation after each layer of hiddenLayers: relu, tanh or sigmoid. */
  default Param<String> activation() {
    return own().get("activation");
  }

  default String getActivation() {
    return getOrDefault(activation());
  }

  /** How weights are drawn: glorot-uniform, glorot-normal, he-uniform or he-normal. */
  default Param<String> initialization() {
    return own().get("initialization");
  }

  default String getInitialization() {
    return getOrDefault(initialization());
  }

  /** Whether to normalize before each activation. */
  default BooleanParam batchNorm() {
    return own().get("batchNorm");
  }

  default boolean getBatchNorm() {
    return (boolean) getOrDefault(batchNorm());
  }

  /** Weight of earlier steps in the running statistics. */
  default DoubleParam momentum() {
    return own().get("momentum");
  }

  default double getMomentum() {
    return (double) getOrDefault(momentum());
  }

  /** Added to the variance in batch normalization. */
  default DoubleParam epsilon() {
    return own().get("epsilon");
  }

  default double getEpsilon() {
    return (double) getOrDefault(epsilon());
  }

  /** Whose rows the batch statistics cover: global, local or group(size). */
  default Param<String> batchNormSync() {
    return own().get("batchNormSync");
  }

  default String getBatchNormSync() {
    return getOrDefault(batchNormSync());
  }

  /** Training rows from which running statistics are recomputed after each epoch. */
  default IntParam batchNormRecalibrate() {
    return own().get("batchNormRecalibrate");
  }

  default int getBatchNormRecalibrate() {
    return (int) getOrDefault(batchNormRecalibrate());
  }

  /** Whether workers encrypt their connections to each other and to the driver. */
  default Param<String> encrypt() {
    return own().get("encrypt");
  }

  default String getEncrypt() {
    return getOrDefault(encrypt());
  }

  /** Deadline for every wait of a worker for other workers, after all have loaded their rows. */
  default Param<String> waitTimeout() {
    return own().get("waitTimeout");
  }

  default String getWaitTimeout() {
    return getOrDefault(waitTimeout());
  }

  /** Deadline for all workers to load their rows. */
  default Param<String> loadTimeout() {
    return own().get("loadTimeout");
  }

  default String getLoadTimeout() {
    return getOrDefault(loadTimeout());
  }

  /** Deadline for enough task slots to become available. */
  default Param<String> slotTimeout() {
    return own().get("slotTimeout");
  }

  default String getSlotTimeout() {
    return getOrDefault(slotTimeout());
  }

  /** Number of task slots below which the workers wait for more. */
  default IntParam minWorkerSlots() {
    return own().get("minWorkerSlots");
  }

  default int getMinWorkerSlots() {
    return (int) getOrDefault(minWorkerSlots());
  }

  /** Maximum number of times in a row that the workers are started without a new model. */
  default IntParam maxAttempts() {
    return own().get("maxAttempts");
  }

  default int getMaxAttempts() {
    return (int) getOrDefault(maxAttempts());
  }

  /** Whether the summary's history reports how far the workers drift apart. */
  default BooleanParam telemetry() {
    return own().get("telemetry");
  }

  default boolean getTelemetry() {
    return (boolean) getOrDefault(telemetry());
  }

  /** Number of workers that train together; 0 for one per task slot requested from Spark. */
  default IntParam numWorkers() {
    return own().get("numWorkers");
  }

  default int getNumWorkers() {
    return (int) getOrDefault(numWorkers());
  }

  /**
   * Number of epochs without a lower validation loss after which training stops; 0 trains all
   * epochs.
   */
  default IntParam earlyStoppingRounds() {
    return own().get("earlyStoppingRounds");
  }

  default int getEarlyStoppingRounds() {
    return (int) getOrDefault(earlyStoppingRounds());
  }

  /** Maximum number of rows that are predicted at once. */
  @Override
  default IntParam blockSize() {
    return own().get("blockSize");
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasBlockSize$_setter_$blockSize_$eq(
      IntParam made) {}

  /** Column of the rows' weights. */
  @Override
  default Param<String> weightCol() {
    return own().get("weightCol");
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasWeightCol$_setter_$weightCol_$eq(
      Param<String> made) {}

  /** Boolean column that marks validation rows. */
  @Override
  default Param<String> validationIndicatorCol() {
    return own().get("validationIndicatorCol");
  }

  @Override
  default void
      org$apache$spark$ml$param$shared$HasValidationIndicatorCol$_setter_$validationIndicatorCol_$eq(
          Param<String> made) {}
}
