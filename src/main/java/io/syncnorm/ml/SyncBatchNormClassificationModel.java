package io.syncnorm.ml;

import io.syncnorm.ml.predict.AppendedColumns;
import io.syncnorm.ml.predict.BlockPrediction;
import io.syncnorm.ml.predict.FeatureRows;
import io.syncnorm.ml.predict.OnnxFile;
import io.syncnorm.ml.predict.Softmax;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
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
 * A trained {@link SyncBatchNormClassifier}. Prediction is an ordinary transformation on executors
 * that uses the running statistics of batch normalization; it needs no workers.
 */
public final class SyncBatchNormClassificationModel
    extends ProbabilisticClassificationModel<Vector, SyncBatchNormClassificationModel>
    implements SyncBatchNormParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(SyncBatchNormClassificationModel.class);

  // No initializers: the superclass constructor already sets uid.
  private String uid;
  private final ParamSet own;

  private final Architecture architecture;
  private final NetworkState state;

  /** Training history; null if the model was read from a file. */
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

  /** Returns a reader of models written by {@link #save} of this or an earlier version. */
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

  /**
   * Writes the network as an ONNX file (opset 13): input {@code features [batch, numFeatures]},
   * output {@code probabilities [batch, numClasses]}, both in single precision. Params, such as
   * thresholds, and other stages of a pipeline are not part of it.
   *
   * @param path on any file system, as Spark reads paths; an older file is replaced
   * @throws IllegalArgumentException if the network is too large for an ONNX file: 2 GB
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public void exportOnnx(String path) {
    OnnxFile.write(architecture, state, path);
  }

  /** Returns a writer of class, uid and params only. */
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

  /**
   * Returns whether the model has a training summary; a model that was read from a file has none.
   */
  public boolean hasSummary() {
    return summary != null;
  }

  /**
   * Returns the training summary.
   *
   * @throws IllegalStateException if there is no summary
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
   * <p>All other columns keep their attributes, types and metadata. Rows that do not fit (no
   * vector, another size, a value that is not finite) fail the job that computes them.
   *
   * @throws IllegalArgumentException if the schema does not fit, or there is not one threshold per
   *     class
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
      LOG.warn("{}: transform does nothing, because no output columns are set", uid());
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
    // A network's buffers are for one thread, and this method may be called by several.
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
   * Evaluates the model on a dataset with labels. The summary has the metrics of MLlib's own
   * perceptron, weighted if {@code weightCol} is set.
   */
  public MultilayerPerceptronClassificationSummary evaluate(Dataset<?> dataset) {
    SyncBatchNormClassificationModel model = copy(ParamMap.empty());
    if (getPredictionCol().isEmpty()) {
      model.setPredictionCol("prediction_" + UUID.randomUUID());
    }
    String weights = isDefined(weightCol()) ? getOrDefault(weightCol()) : "";
    // private[classification] in Scala, but nothing in it is specific to the perceptron.
    return new MultilayerPerceptronClassificationSummaryImpl(
        model.transform(dataset), model.getPredictionCol(), getLabelCol(), weights);
  }

  @Override
  public Vector raw2probabilityInPlace(Vector rawPrediction) {
    Softmax.inPlace(((DenseVector) rawPrediction).values());
    return rawPrediction;
  }

  /**
   * Returns a model with both output columns on, and the columns' names, for Spark's summaries.
   *
   * <p>The type is raw, because the two superclasses declare types that only Scala considers
   * compatible. Without this method no Java class can extend them.
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
