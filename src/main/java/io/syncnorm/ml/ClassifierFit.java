package io.syncnorm.ml;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.DataException;
import io.syncnorm.ml.predict.Softmax;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.ranks.Encryption;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.train.PlanException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** One fit: packs rows and deals them to ranks, runs a barrier stage, and returns a model. */
final class ClassifierFit {
  /**
   * Lock with which the fits of an application take turns on the rows and the barrier stage. Each
   * fit takes all slots that it can use, and ranks of two fits on the same cores would wait for
   * each other at every step. It also covers the checkpoints before and after the stage, so that
   * consecutive fits with the same folder each find it empty.
   */
  private static final ReentrantLock STAGE = new ReentrantLock(true);

  private final SyncBatchNormClassifier classifier;
  private final Dataset<?> dataset;
  private final FitColumns columns;
  private final JavaSparkContext spark;

  ClassifierFit(SyncBatchNormClassifier classifier, Dataset<?> dataset) {
    this.classifier = classifier;
    this.dataset = dataset;
    this.columns = FitColumns.of(classifier);
    this.spark = JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
  }

  /**
   * Trains the model.
   *
   * @throws CancellationException if the job is cancelled or this thread is interrupted
   */
  SyncBatchNormClassificationModel run() {
    return Interruption.ends(spark, this::fit);
  }

  private SyncBatchNormClassificationModel fit() {
    Configuration params = classifier.own().configuration(classifier);
    Encryption.check(spark, params);
    LabelRange labelRange = LabelRange.of(dataset.schema().apply(columns.label()));
    Dataset<Row> selected = columns.select(dataset);
    int inputs = numFeatures(selected);
    int world = world(params);
    FitSize.requireFits(params, labelRange, inputs, spark, world);
    if (labelRange.known()) {
      requireThresholds(labelRange.classes());
    }
    FitRows rows = new FitRows(selected, columns, labelRange, inputs);
    lock();
    try {
      return train(params, labelRange, rows, world);
    } catch (AnotherRunException | DataException | PlanException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (SlotsException e) {
      throw doesNotFit(e);
    } finally {
      STAGE.unlock();
    }
  }

  private SyncBatchNormClassificationModel train(
      Configuration params, LabelRange labelRange, FitRows rows, int world) {
    TaskSlots.awaitStart(spark, world, params.get(Keys.MIN_SLOTS), params.get(Keys.SLOT_TIMEOUT));
    Optional<FitCheckpoints> folder =
        FitCheckpoints.of(classifier, params, spark.hadoopConfiguration());
    spark.sc().setJobDescription("%s: packing the rows".formatted(classifier.uid()));
    try (PackedData packed = PackedData.read(spark, rows, LoadListener.NONE)) {
      FitPlan plan =
          FitPlan.of(classifier.uid(), params, columns, labelRange, packed.survey(), world);
      requireThresholds(plan.classes());
      return new FitTraining(plan, folder.map(each -> each.of(plan))).run(spark, packed);
    }
  }

  /** Checks the number of thresholds before training. */
  private void requireThresholds(int classes) {
    if (classifier.isDefined(classifier.thresholds())) {
      Softmax.requireThresholds(classifier.getThresholds(), classes);
    }
  }

  private int world(Configuration params) {
    if (classifier.getNumWorkers() > 0) {
      return classifier.getNumWorkers();
    }
    try {
      return TaskSlots.settled(spark, params.get(Keys.SLOT_TIMEOUT));
    } catch (SlotsException e) {
      throw doesNotFit(e);
    }
  }

  private IllegalArgumentException doesNotFit(SlotsException e) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "numWorkers=%d cannot run: %s",
            classifier.getNumWorkers(),
            e.getMessage()),
        e);
  }

  /**
   * Returns the number of features from the column's metadata or from the first row, as Spark's own
   * classifiers do.
   */
  private int numFeatures(Dataset<Row> selected) {
    int size = AttributeGroup.fromStructField(dataset.schema().apply(columns.features())).size();
    if (size > 0) {
      return size;
    }
    List<Row> first = selected.takeAsList(1);
    if (first.isEmpty()) {
      throw new IllegalArgumentException("no rows to train on: expected rows>=1, found rows=0");
    }
    if (!(first.get(0).get(FitColumns.FEATURES_AT) instanceof Vector vector)) {
      throw new IllegalArgumentException(
          "column %s must hold vectors, found value=null; drop or impute such rows"
              .formatted(columns.features()));
    }
    if (vector.size() == 0) {
      throw new IllegalArgumentException(
          "column %s must hold vectors of size>=1, found size=0".formatted(columns.features()));
    }
    return vector.size();
  }

  private static void lock() {
    try {
      STAGE.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while another fit was training");
    }
  }
}
