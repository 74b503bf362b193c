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
import org.apache.spark.ml.param.shared.HasSolver;
import org.apache.spark.ml.param.shared.HasStepSize;
import org.apache.spark.ml.param.shared.HasValidationIndicatorCol;
import org.apache.spark.ml.param.shared.HasWeightCol;

/**
 * The params of {@link SyncBatchNormClassifier} and its model. {@code explainParams()} says what
 * each is, its range and its default.
 *
 * @implNote Spark's shared traits want a setter each for the param that they would make; here the
 *     param is made already, so those setters do nothing.
 */
public interface SyncBatchNormParams
    extends AveragingParams,
        CheckpointParams,
        HasBlockSize,
        HasMaxIter,
        HasSeed,
        HasSolver,
        HasStepSize,
        HasValidationIndicatorCol,
        HasWeightCol {
  /** Epochs at most. */
  @Override
  default IntParam maxIter() {
    return own().maxIter;
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasMaxIter$_setter_$maxIter_$eq(IntParam made) {}

  /** Rows of one worker's mini-batch. */
  default IntParam batchSize() {
    return own().batchSize;
  }

  default int getBatchSize() {
    return (int) getOrDefault(batchSize());
  }

  /** Learning rate. */
  @Override
  default DoubleParam stepSize() {
    return own().stepSize;
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasStepSize$_setter_$stepSize_$eq(
      DoubleParam made) {}

  /** Random seed. */
  @Override
  default LongParam seed() {
    return own().seed;
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasSeed$_setter_$seed_$eq(LongParam made) {}

  /** Update rule: adam or sgd. */
  @Override
  default Param<String> solver() {
    return own().solver;
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasSolver$_setter_$solver_$eq(Param<String> made) {}

  /** Adam's decay of the first moment. */
  default DoubleParam beta1() {
    return own().beta1;
  }

  default double getBeta1() {
    return (double) getOrDefault(beta1());
  }

  /** Adam's decay of the second moment. */
  default DoubleParam beta2() {
    return own().beta2;
  }

  default double getBeta2() {
    return (double) getOrDefault(beta2());
  }

  /** Adam's guard against division by zero. */
  default DoubleParam optimizerEpsilon() {
    return own().optimizerEpsilon;
  }

  default double getOptimizerEpsilon() {
    return (double) getOrDefault(optimizerEpsilon());
  }

  /** Widths of the hidden layers. */
  default IntArrayParam hiddenLayers() {
    return own().hiddenLayers;
  }

  default int[] getHiddenLayers() {
    return getOrDefault(hiddenLayers());
  }

  /** Activation after each hidden layer: relu, tanh or sigmoid. */
  default Param<String> activation() {
    return own().activation;
  }

  default String getActivation() {
    return getOrDefault(activation());
  }

  /** Whether to normalize before each activation. */
  default BooleanParam batchNorm() {
    return own().batchNorm;
  }

  default boolean getBatchNorm() {
    return (boolean) getOrDefault(batchNorm());
  }

  /** Weight of the past in the running statistics. */
  default DoubleParam momentum() {
    return own().momentum;
  }

  default double getMomentum() {
    return (double) getOrDefault(momentum());
  }

  /** Added to the variance of batch normalization. */
  default DoubleParam epsilon() {
    return own().epsilon;
  }

  default double getEpsilon() {
    return (double) getOrDefault(epsilon());
  }

  /** Whose rows the batch statistics cover: global, local or group(size). */
  default Param<String> batchNormSync() {
    return own().batchNormSync;
  }

  default String getBatchNormSync() {
    return getOrDefault(batchNormSync());
  }

  /** Training rows that running statistics are taken anew from after each epoch. */
  default IntParam batchNormRecalibrate() {
    return own().batchNormRecalibrate;
  }

  default int getBatchNormRecalibrate() {
    return (int) getOrDefault(batchNormRecalibrate());
  }

  /** Deadline of a worker's waits for the others, once all have loaded their rows. */
  default Param<String> waitTimeout() {
    return own().waitTimeout;
  }

  default String getWaitTimeout() {
    return getOrDefault(waitTimeout());
  }

  /** How long workers wait for the last one to load its rows. */
  default Param<String> loadTimeout() {
    return own().loadTimeout;
  }

  default String getLoadTimeout() {
    return getOrDefault(loadTimeout());
  }

  /** How long to wait for enough task slots. */
  default Param<String> slotTimeout() {
    return own().slotTimeout;
  }

  default String getSlotTimeout() {
    return getOrDefault(slotTimeout());
  }

  /** How often the workers are started at most. */
  default IntParam maxAttempts() {
    return own().maxAttempts;
  }

  default int getMaxAttempts() {
    return (int) getOrDefault(maxAttempts());
  }

  /** Whether the summary's history tells how far the workers drift apart. */
  default BooleanParam telemetry() {
    return own().telemetry;
  }

  default boolean getTelemetry() {
    return (boolean) getOrDefault(telemetry());
  }

  /** Workers that train together; 0 is one per task slot that Spark was asked for. */
  default IntParam numWorkers() {
    return own().numWorkers;
  }

  default int getNumWorkers() {
    return (int) getOrDefault(numWorkers());
  }

  /** Epochs without a better model after which training stops; 0 trains all. */
  default IntParam earlyStoppingRounds() {
    return own().earlyStoppingRounds;
  }

  default int getEarlyStoppingRounds() {
    return (int) getOrDefault(earlyStoppingRounds());
  }

  /** Rows that are predicted at once. */
  @Override
  default IntParam blockSize() {
    return own().blockSize;
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasBlockSize$_setter_$blockSize_$eq(
      IntParam made) {}

  /** Column of the rows' weights. */
  @Override
  default Param<String> weightCol() {
    return own().weightCol;
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasWeightCol$_setter_$weightCol_$eq(
      Param<String> made) {}

  /** Column that tells validation rows from training rows. */
  @Override
  default Param<String> validationIndicatorCol() {
    return own().validationIndicatorCol;
  }

  @Override
  default void
      org$apache$spark$ml$param$shared$HasValidationIndicatorCol$_setter_$validationIndicatorCol_$eq(
          Param<String> made) {}
}
