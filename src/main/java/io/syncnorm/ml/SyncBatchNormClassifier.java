package io.syncnorm.ml;

import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * A multilayer perceptron or convolutional network for {@code spark.ml} whose batch normalization
 * computes its statistics over the mini-batches of all workers.
 *
 * <p>{@link #fit} trains {@code numWorkers} workers in one stage. If there are fewer task slots,
 * workers share them, and the model is the same, bit for bit. Parallel fits of one application (as
 * in a {@code CrossValidator}) take turns. Executors read each row once, pack the rows in Spark's
 * local folders and send them to the workers. The same rows in the same order give a bit-identical
 * model in any number of partitions.
 *
 * <p>With a {@code checkpointDir}, a fit that is called again after its driver died resumes from
 * the last checkpoint and gives a bit-identical model. A folder is used by one fit at a time; the
 * checkpoints are removed when the fit is complete.
 */
public final class SyncBatchNormClassifier
    extends ProbabilisticClassifier<
        Vector, SyncBatchNormClassifier, SyncBatchNormClassificationModel>
    implements SyncBatchNormParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  // No initializers: the superclass constructor already sets uid.
  private String uid;
  private final ParamSet own;

  public SyncBatchNormClassifier() {
    this(UidHandover.random("syncBatchNorm"));
  }

  public SyncBatchNormClassifier(String uid) {
    this(UidHandover.of(uid));
  }

  private SyncBatchNormClassifier(UidHandover handover) {
    this.own = new ParamSet(this);
    handover.requireTaken();
  }

  /** Returns a reader of estimators written by {@link #save}. */
  public static MLReader<SyncBatchNormClassifier> read() {
    return new Files().read();
  }

  public static SyncBatchNormClassifier load(String path) {
    return read().load(path);
  }

  @Override
  public String uid() {
    if (uid == null) {
      uid = UidHandover.take();
    }
    return uid;
  }

  @Override
  public ParamSet own() {
    return own;
  }

  @Override
  public SyncBatchNormClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    StructType transformed = super.transformSchema(schema);
    FitColumns.of(this).check(schema, getEarlyStoppingRounds());
    return transformed;
  }

  /**
   * Trains a model; {@link #fit} calls it.
   *
   * @throws IllegalArgumentException if the rows cannot be trained on (the message names column and
   *     value), or if {@code checkpointDir} cannot be read or has checkpoints of another fit
   * @throws io.syncnorm.files.UnwritableException if a checkpoint cannot be written
   * @throws io.syncnorm.spark.ranks.RankFailedException if a worker fails, or workers are lost too
   *     often
   */
  @Override
  public SyncBatchNormClassificationModel train(Dataset<?> dataset) {
    return new ClassifierFit(this, dataset).run();
  }

  public SyncBatchNormClassifier setMaxIter(int value) {
    set(maxIter(), value);
    return this;
  }

  public SyncBatchNormClassifier setBatchSize(int value) {
    set(batchSize(), value);
    return this;
  }

  public SyncBatchNormClassifier setStepSize(double value) {
    set(stepSize(), value);
    return this;
  }

  public SyncBatchNormClassifier setSeed(long value) {
    set(seed(), value);
    return this;
  }

  public SyncBatchNormClassifier setSolver(String value) {
    set(solver(), value);
    return this;
  }

  public SyncBatchNormClassifier setBeta1(double value) {
    set(beta1(), value);
    return this;
  }

  public SyncBatchNormClassifier setBeta2(double value) {
    set(beta2(), value);
    return this;
  }

  public SyncBatchNormClassifier setOptimizerEpsilon(double value) {
    set(optimizerEpsilon(), value);
    return this;
  }

  public SyncBatchNormClassifier setHiddenLayers(int... value) {
    set(hiddenLayers(), value);
    return this;
  }

  /**
   * Sets all layers but the output layer.
   *
   * @param value as in {@code model.layers} of a configuration file
   * @throws IllegalArgumentException if it is not a list of layers; the message names the layer
   */
  public SyncBatchNormClassifier setLayers(String value) {
    set(layers(), value);
    return this;
  }

  /** Sets the image that a row of features is, in the order height, width, channels. */
  public SyncBatchNormClassifier setImageShape(int height, int width, int channels) {
    set(imageShape(), new int[] {height, width, channels});
    return this;
  }

  public SyncBatchNormClassifier setActivation(String value) {
    set(activation(), value);
    return this;
  }

  public SyncBatchNormClassifier setBatchNorm(boolean value) {
    set(batchNorm(), value);
    return this;
  }

  public SyncBatchNormClassifier setMomentum(double value) {
    set(momentum(), value);
    return this;
  }

  public SyncBatchNormClassifier setEpsilon(double value) {
    set(epsilon(), value);
    return this;
  }

  public SyncBatchNormClassifier setBatchNormSync(String value) {
    set(batchNormSync(), value);
    return this;
  }

  public SyncBatchNormClassifier setBatchNormRecalibrate(int value) {
    set(batchNormRecalibrate(), value);
    return this;
  }

  public SyncBatchNormClassifier setAveragingFrequency(String value) {
    set(averagingFrequency(), value);
    return this;
  }

  public SyncBatchNormClassifier setAveragingMerge(String value) {
    set(averagingMerge(), value);
    return this;
  }

  public SyncBatchNormClassifier setOptimizerState(String value) {
    set(optimizerState(), value);
    return this;
  }

  public SyncBatchNormClassifier setOuterOptimizer(String value) {
    set(outerOptimizer(), value);
    return this;
  }

  public SyncBatchNormClassifier setOuterStepSize(double value) {
    set(outerStepSize(), value);
    return this;
  }

  public SyncBatchNormClassifier setOuterMomentum(double value) {
    set(outerMomentum(), value);
    return this;
  }

  public SyncBatchNormClassifier setLocalAfterEpoch(int value) {
    set(localAfterEpoch(), value);
    return this;
  }

  public SyncBatchNormClassifier setEncrypt(String value) {
    set(encrypt(), value);
    return this;
  }

  public SyncBatchNormClassifier setWaitTimeout(String value) {
    set(waitTimeout(), value);
    return this;
  }

  public SyncBatchNormClassifier setLoadTimeout(String value) {
    set(loadTimeout(), value);
    return this;
  }

  public SyncBatchNormClassifier setSlotTimeout(String value) {
    set(slotTimeout(), value);
    return this;
  }

  public SyncBatchNormClassifier setMinWorkerSlots(int value) {
    set(minWorkerSlots(), value);
    return this;
  }

  public SyncBatchNormClassifier setMaxAttempts(int value) {
    set(maxAttempts(), value);
    return this;
  }

  public SyncBatchNormClassifier setTelemetry(boolean value) {
    set(telemetry(), value);
    return this;
  }

  public SyncBatchNormClassifier setNumWorkers(int value) {
    set(numWorkers(), value);
    return this;
  }

  public SyncBatchNormClassifier setEarlyStoppingRounds(int value) {
    set(earlyStoppingRounds(), value);
    return this;
  }

  public SyncBatchNormClassifier setCheckpointDir(String value) {
    set(checkpointDir(), value);
    return this;
  }

  public SyncBatchNormClassifier setCheckpointInterval(int value) {
    set(checkpointInterval(), value);
    return this;
  }

  public SyncBatchNormClassifier setCheckpointEvery(String value) {
    set(checkpointEvery(), value);
    return this;
  }

  public SyncBatchNormClassifier setBlockSize(int value) {
    set(blockSize(), value);
    return this;
  }

  public SyncBatchNormClassifier setWeightCol(String value) {
    set(weightCol(), value);
    return this;
  }

  public SyncBatchNormClassifier setValidationIndicatorCol(String value) {
    set(validationIndicatorCol(), value);
    return this;
  }

  private static final class Files implements DefaultParamsReadable<SyncBatchNormClassifier> {}
}
