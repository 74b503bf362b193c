package io.syncnorm.ml;

import io.syncnorm.ml.predict.AppendedColumns;
import io.syncnorm.ml.predict.BlockPrediction;
import io.syncnorm.ml.predict.FeatureRows;
import io.syncnorm.ml.predict.Softmax;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Network;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationSummary;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationSummaryImpl;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple3;

/**
 * A trained {@link SyncBatchNormClassifier}. Prediction needs no workers: it is an ordinary
 * transformation on executors, with the running statistics of batch normalization.
 */
public final class SyncBatchNormClassificationModel
    extends ProbabilisticClassificationModel<Vector, SyncBatchNormClassificationModel>
    implements SyncBatchNormParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(SyncBatchNormClassificationModel.class);

  // Neither has an initial value here: the superclass' constructor sets the first one already.
  private String uid;
  private final ParamSet own;

  private final Architecture architecture;
  private final NetworkState state;

  /** History of the training; null where the model was read from a file. */
  private final SyncBatchNormTrainingSummary summary;

  SyncBatchNormClassificationModel(
      String uid,
      Architecture architecture,
      NetworkState state,
      SyncBatchNormTrainingSummary summary) {
    this(UidHandover.of(uid), architecture, state, summary);
  }

  private SyncBatchNormClassificationModel(
      UidHandover handover,
      Architecture architecture,
      NetworkState state,
      SyncBatchNormTrainingSummary summary) {
    this.own = new ParamSet(this);
    handover.requireTaken();
    this.architecture = architecture;
    this.state = state;
    this.summary = summary;
  }

  /** Reads models that {@link #save} has written, with this version or an earlier one. */
  public static MLReader<SyncBatchNormClassificationModel> read() {
    return new ModelFiles.Reader();
  }

  public static SyncBatchNormClassificationModel load(String path) {
    return read().load(path);
  }

  @Override
  public MLWriter write() {
    return new ModelFiles.Writer(this);
  }

  /** Writes class, uid and params alone. */
  MLWriter metadataWriter() {
    return DefaultParamsWritable.super.write();
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
  public int numFeatures() {
    return architecture.inputs();
  }

  @Override
  public int numClasses() {
    return architecture.classes();
  }

  /** Whether the model knows how it was trained: one that was read from a file does not. */
  public boolean hasSummary() {
    return summary != null;
  }

  /**
   * How the model was trained.
   *
   * @throws IllegalStateException where there is no summary
   */
  public SyncBatchNormTrainingSummary summary() {
    if (summary == null) {
      throw new IllegalStateException(
          "no training summary available for " + this + ": it is not saved with a model");
    }
    return summary;
  }

  Architecture architecture() {
    return architecture;
  }

  NetworkState state() {
    return state;
  }

  public SyncBatchNormClassificationModel setBlockSize(int value) {
    set(blockSize(), value);
    return this;
  }

  @Override
  public SyncBatchNormClassificationModel copy(ParamMap extra) {
    SyncBatchNormClassificationModel copied =
        new SyncBatchNormClassificationModel(uid(), architecture, state, summary);
    return copyValues(copied, extra).setParent(parent());
  }

  /**
   * Appends the columns whose names are not empty: raw predictions (logits), probabilities and
   * predictions.
   *
   * <p>All other columns stay what they are: attributes, types, metadata.
   *
   * @throws IllegalArgumentException if the schema does not fit, or there is not one threshold per
   *     class. Rows that do not fit (no vector, another size, a value that is not finite) fail the
   *     job that computes them
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType output = transformSchema(dataset.schema());
    BlockPrediction.Appended appended =
        new BlockPrediction.Appended(
            !getRawPredictionCol().isEmpty(),
            !getProbabilityCol().isEmpty(),
            !getPredictionCol().isEmpty());
    if (appended.count() == 0) {
      LOG.warn("{}: transform does nothing because no output columns were set.", uid());
      return dataset.toDF();
    }
    StructType input = dataset.schema();
    BlockPrediction prediction =
        new BlockPrediction(
            new BlockPrediction.Model(
                architecture,
                state,
                getBlockSize(),
                isDefined(thresholds()) ? requireThresholds() : new double[0]),
            new BlockPrediction.Input(
                AppendedColumns.types(input), input.fieldIndex(getFeaturesCol()), getFeaturesCol()),
            appended);
    List<StructField> columns =
        Stream.of(getRawPredictionCol(), getProbabilityCol(), getPredictionCol())
            .filter(name -> !name.isEmpty())
            .map(output::apply)
            .toList();
    return AppendedColumns.of(dataset, columns, prediction);
  }

  @Override
  public Vector predictRaw(Vector features) {
    float[] x = new float[numFeatures()];
    FeatureRows.copy(features, numFeatures(), x, 0, getFeaturesCol());
    // A network's buffers belong to one thread, and this may be called on many.
    float[] logits = new Network(architecture, 1, RankReduction.NONE).logits(state, x, 1);
    double[] raw = new double[numClasses()];
    for (int j = 0; j < raw.length; j++) {
      raw[j] = logits[j];
    }
    return new DenseVector(raw);
  }

  @Override
  public double probability2prediction(Vector probability) {
    if (isDefined(thresholds())) {
      requireThresholds();
    }
    return super.probability2prediction(probability);
  }

  private double[] requireThresholds() {
    return Softmax.requireThresholds(getThresholds(), numClasses());
  }

  /**
   * Figures of the model on a dataset that has labels, as MLlib's own perceptron gives them;
   * weighted where {@code weightCol} is set.
   */
  public MultilayerPerceptronClassificationSummary evaluate(Dataset<?> dataset) {
    SyncBatchNormClassificationModel model = copy(ParamMap.empty());
    if (getPredictionCol().isEmpty()) {
      model.setPredictionCol("prediction_" + UUID.randomUUID());
    }
    String weights = isDefined(weightCol()) ? getOrDefault(weightCol()) : "";
    // private[classification] in Scala; nothing of it is the perceptron's own.
    return new MultilayerPerceptronClassificationSummaryImpl(
        model.transform(dataset), model.getPredictionCol(), getLabelCol(), weights);
  }

  @Override
  public Vector raw2probabilityInPlace(Vector rawPrediction) {
    Softmax.inPlace(((DenseVector) rawPrediction).values());
    return rawPrediction;
  }

  /**
   * A model with both columns switched on, and their names: what Spark's summaries evaluate with.
   *
   * @implNote Raw, because the two superclasses declare it with types that only Scala finds
   *     compatible; without this method no Java class can extend them.
   */
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"})
  public Tuple3 findSummaryModel() {
    SyncBatchNormClassificationModel model = copy(ParamMap.empty());
    if (getProbabilityCol().isEmpty()) {
      model.setProbabilityCol("probability_" + UUID.randomUUID());
    }
    if (getPredictionCol().isEmpty()) {
      model.setPredictionCol("prediction_" + UUID.randomUUID());
    }
    return new Tuple3(model, model.getProbabilityCol(), model.getPredictionCol());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "SyncBatchNormClassificationModel: uid=%s, numFeatures=%d, hiddenLayers=%s, numClasses=%d",
        uid(),
        numFeatures(),
        architecture.widths(),
        numClasses());
  }
}
