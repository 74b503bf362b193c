package io.syncnorm.ml;

import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;

/** The setters of {@link SyncBatchNormClassifier}, which the model does not have. */
public abstract sealed class SyncBatchNormSetters
    extends ProbabilisticClassifier<
        Vector, SyncBatchNormClassifier, SyncBatchNormClassificationModel>
    implements SyncBatchNormParams permits SyncBatchNormClassifier {
  private static final long serialVersionUID = 1L;

  SyncBatchNormSetters() {}

  private <T> SyncBatchNormClassifier with(Param<T> param, T value) {
    set(param, value);
    return (SyncBatchNormClassifier) this;
  }

  public SyncBatchNormClassifier setMaxIter(int value) {
    return with(maxIter(), value);
  }

  public SyncBatchNormClassifier setBatchSize(int value) {
    return with(batchSize(), value);
  }

  public SyncBatchNormClassifier setStepSize(double value) {
    return with(stepSize(), value);
  }

  public SyncBatchNormClassifier setSeed(long value) {
    return with(seed(), value);
  }

  public SyncBatchNormClassifier setSolver(String value) {
    return with(solver(), value);
  }

  public SyncBatchNormClassifier setBeta1(double value) {
    return with(beta1(), value);
  }

  public SyncBatchNormClassifier setBeta2(double value) {
    return with(beta2(), value);
  }

  public SyncBatchNormClassifier setOptimizerEpsilon(double value) {
    return with(optimizerEpsilon(), value);
  }

  public SyncBatchNormClassifier setOptimizerMomentum(double value) {
    return with(optimizerMomentum(), value);
  }

  public SyncBatchNormClassifier setRmsDecay(double value) {
    return with(rmsDecay(), value);
  }

  /** Sets the L2 penalty, the configuration's {@code training.optimizer.l2}. */
  public SyncBatchNormClassifier setRegParam(double value) {
    return with(regParam(), value);
  }

  /** Sets the decay of weights, without which {@code solver = adamw} does not train. */
  public SyncBatchNormClassifier setWeightDecay(double value) {
    return with(weightDecay(), value);
  }

  public SyncBatchNormClassifier setClipNorm(double value) {
    return with(clipNorm(), value);
  }

  public SyncBatchNormClassifier setClipValue(double value) {
    return with(clipValue(), value);
  }

  public SyncBatchNormClassifier setSchedule(String value) {
    return with(schedule(), value);
  }

  public SyncBatchNormClassifier setScheduleEvery(String value) {
    return with(scheduleEvery(), value);
  }

  public SyncBatchNormClassifier setScheduleFactor(double value) {
    return with(scheduleFactor(), value);
  }

  public SyncBatchNormClassifier setScheduleFinalShare(double value) {
    return with(scheduleFinalShare(), value);
  }

  public SyncBatchNormClassifier setWarmUp(String value) {
    return with(warmUp(), value);
  }

  public SyncBatchNormClassifier setHiddenLayers(int... value) {
    return with(hiddenLayers(), value);
  }

  /**
   * Sets all layers but the output layer.
   *
   * @param value as in {@code model.layers} of a configuration file
   * @throws IllegalArgumentException if it is not a list of layers; the message names the layer
   */
  public SyncBatchNormClassifier setLayers(String value) {
    return with(layers(), value);
  }

  /** Sets the image that a row of features is, in the order height, width, channels. */
  public SyncBatchNormClassifier setImageShape(int height, int width, int channels) {
    return with(imageShape(), new int[] {height, width, channels});
  }

  public SyncBatchNormClassifier setActivation(String value) {
    return with(activation(), value);
  }

  public SyncBatchNormClassifier setInitialization(String value) {
    return with(initialization(), value);
  }

  public SyncBatchNormClassifier setBatchNorm(boolean value) {
    return with(batchNorm(), value);
  }

  public SyncBatchNormClassifier setMomentum(double value) {
    return with(momentum(), value);
  }

  public SyncBatchNormClassifier setEpsilon(double value) {
    return with(epsilon(), value);
  }

  public SyncBatchNormClassifier setBatchNormSync(String value) {
    return with(batchNormSync(), value);
  }

  public SyncBatchNormClassifier setBatchNormRecalibrate(int value) {
    return with(batchNormRecalibrate(), value);
  }

  public SyncBatchNormClassifier setAveragingFrequency(String value) {
    return with(averagingFrequency(), value);
  }

  public SyncBatchNormClassifier setAveragingMerge(String value) {
    return with(averagingMerge(), value);
  }

  public SyncBatchNormClassifier setOptimizerState(String value) {
    return with(optimizerState(), value);
  }

  public SyncBatchNormClassifier setOuterOptimizer(String value) {
    return with(outerOptimizer(), value);
  }

  public SyncBatchNormClassifier setOuterStepSize(double value) {
    return with(outerStepSize(), value);
  }

  public SyncBatchNormClassifier setOuterMomentum(double value) {
    return with(outerMomentum(), value);
  }

  public SyncBatchNormClassifier setLocalAfterEpoch(int value) {
    return with(localAfterEpoch(), value);
  }

  public SyncBatchNormClassifier setEncrypt(String value) {
    return with(encrypt(), value);
  }

  public SyncBatchNormClassifier setWaitTimeout(String value) {
    return with(waitTimeout(), value);
  }

  public SyncBatchNormClassifier setLoadTimeout(String value) {
    return with(loadTimeout(), value);
  }

  public SyncBatchNormClassifier setSlotTimeout(String value) {
    return with(slotTimeout(), value);
  }

  public SyncBatchNormClassifier setMinWorkerSlots(int value) {
    return with(minWorkerSlots(), value);
  }

  public SyncBatchNormClassifier setMaxAttempts(int value) {
    return with(maxAttempts(), value);
  }

  public SyncBatchNormClassifier setTelemetry(boolean value) {
    return with(telemetry(), value);
  }

  public SyncBatchNormClassifier setNumWorkers(int value) {
    return with(numWorkers(), value);
  }

  public SyncBatchNormClassifier setEarlyStoppingRounds(int value) {
    return with(earlyStoppingRounds(), value);
  }

  public SyncBatchNormClassifier setCheckpointDir(String value) {
    return with(checkpointDir(), value);
  }

  public SyncBatchNormClassifier setCheckpointInterval(int value) {
    return with(checkpointInterval(), value);
  }

  public SyncBatchNormClassifier setCheckpointEvery(String value) {
    return with(checkpointEvery(), value);
  }

  public SyncBatchNormClassifier setBlockSize(int value) {
    return with(blockSize(), value);
  }

  public SyncBatchNormClassifier setWeightCol(String value) {
    return with(weightCol(), value);
  }

  public SyncBatchNormClassifier setValidationIndicatorCol(String value) {
    return with(validationIndicatorCol(), value);
  }
}
