package io.syncnorm.ml;

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
public final class SyncBatchNormClassifier extends SyncBatchNormSetters
    implements DefaultParamsWritable {
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

  private static final class Files implements DefaultParamsReadable<SyncBatchNormClassifier> {}
}
