package io.syncnorm.ml;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.RankStage;
import io.syncnorm.spark.RankWork;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.train.Progress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** One fit: deals rows to ranks, runs a barrier stage, and returns a model. */
final class ClassifierFit {
  /**
   * Lock with which the fits of an application take turns on the barrier stage. Each fit needs all
   * its slots at once, and ranks of two fits on the same cores would wait for each other at every
   * step. It is acquired last and covers the stage and the checkpoints before and after it, so that
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
    SparkSettingException.requireNone(spark);
    Configuration params = classifier.own().configuration(classifier);
    LabelRange labelRange = LabelRange.of(dataset.schema().apply(columns.label()));
    Dataset<Row> selected = columns.select(dataset);
    int inputs = numFeatures(selected);
    int world = world(params);
    Gathering gathering = new Gathering(params, columns, labelRange, inputs);
    FitSize.requireFits(gathering, spark, world);
    JavaRDD<RowChunk> partitions =
        deal(selected, new RowPacker(columns, labelRange, inputs, world));
    Optional<double[]> thresholds =
        classifier.isDefined(classifier.thresholds())
            ? Optional.of(classifier.getThresholds())
            : Optional.empty();
    FitInput input = new FitInput(classifier.uid(), partitions, gathering, thresholds);
    if (labelRange.known()) {
      input.requireThresholds(labelRange.classes());
    }
    lock();
    try {
      return train(input);
    } catch (AnotherRunException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (TaskSlots.SlotsException e) {
      throw doesNotFit(e);
    } finally {
      STAGE.unlock();
    }
  }

  private SyncBatchNormClassificationModel train(FitInput input) {
    Optional<FitCheckpoints> checkpoints =
        FitCheckpoints.of(classifier, input, spark.hadoopConfiguration());
    FitTraining training = new FitTraining(input, checkpoints);
    if (checkpoints.isPresent() && checkpoints.get().areThere()) {
      SurveyWork survey = new SurveyWork(input);
      new RankStage(spark, input.params()).run(survey);
      training.resume(survey.agreed());
    }
    Progress trained = training.work().run(spark);
    SyncBatchNormClassificationModel model = training.model(trained);
    training.clear();
    return model;
  }

  private int world(Configuration params) {
    if (classifier.getNumWorkers() > 0) {
      return classifier.getNumWorkers();
    }
    try {
      return TaskSlots.settled(spark, params.get(Keys.SLOT_TIMEOUT));
    } catch (TaskSlots.SlotsException e) {
      throw doesNotFit(e);
    }
  }

  private IllegalArgumentException doesNotFit(TaskSlots.SlotsException e) {
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

  private static JavaRDD<RowChunk> deal(Dataset<Row> rows, RowPacker packer) {
    return BarrierPartitions.ofDealt(
        JavaPairRDD.fromJavaRDD(rows.toJavaRDD().mapPartitionsWithIndex(packer, true)),
        packer.world());
  }

  private static void lock() {
    try {
      STAGE.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while another fit was training");
    }
  }

  /**
   * A stage in which ranks only gather their rows, without training. Their report shows whether a
   * checkpoint belongs to this fit.
   */
  private static final class SurveyWork implements RankWork<RowChunk> {
    private final FitInput input;
    private Agreed agreed;

    SurveyWork(FitInput input) {
      this.input = input;
    }

    @Override
    public String description() {
      return String.format(
          Locale.ROOT,
          "%s: check of the rows on %d workers, for the checkpoint",
          input.uid(),
          input.world());
    }

    @Override
    public JavaRDD<RowChunk> partitions() {
      return input.partitions();
    }

    @Override
    public Program<RowChunk> program() {
      Gathering gathering = input.gathering();
      return (membership, chunks) -> gathering.gather(membership, chunks);
    }

    @Override
    public int maxReportBytes() {
      return Agreed.MAX_BYTES;
    }

    @Override
    public synchronized void reported(int rank, byte[] payload) {
      agreed = Agreed.decode(payload);
    }

    @Override
    public synchronized boolean isComplete() {
      return agreed != null;
    }

    @Override
    public String progress() {
      return "while checking the rows";
    }

    synchronized Agreed agreed() {
      if (agreed == null) {
        throw new IllegalStateException("the workers ended without a failure and without a report");
      }
      return agreed;
    }
  }
}
