package io.syncnorm.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Architecture.BatchNormalized;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.spark.Sent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple2;

/**
 * Reads and writes model folders, in the layout of Spark ML's own models:
 *
 * <pre>
 * metadata/   class, uid, params, as one line of JSON
 * data/       the network, as one row of Parquet
 * </pre>
 */
final class ModelFiles {
  /** Version of the data; a reader of one version also reads all earlier ones. */
  private static final int VERSION = 1;

  private static final StructType SCHEMA =
      new StructType()
          .add("version", DataTypes.IntegerType, false)
          .add("numFeatures", DataTypes.IntegerType, false)
          .add("numClasses", DataTypes.IntegerType, false)
          .add("hiddenLayers", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("activation", DataTypes.StringType, false)
          .add("batchNorm", DataTypes.BooleanType, false)
          .add("momentum", DataTypes.DoubleType, false)
          .add("epsilon", DataTypes.DoubleType, false)
          .add("parameters", DataTypes.createArrayType(DataTypes.FloatType, false), false)
          .add("statistics", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  /** Placeholder in the columns of batch normalization for models without it; never read. */
  private static final BatchNormalized NOT_NORMALIZED = new BatchNormalized(0, 1);

  private ModelFiles() {}

  /** Writes the metadata with Spark's public writer of params, and the data. */
  static final class Writer extends MLWriter {
    private final SyncBatchNormClassificationModel model;

    Writer(SyncBatchNormClassificationModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      try {
        model.metadataWriter().session(sparkSession()).save(path);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write the model to " + path, e);
      }
      Sent<NetworkState> state = Sent.of(JavaSparkContext.fromSparkContext(sc()), model.state());
      try {
        row(sparkSession(), model, state).write().parquet(dataOf(path));
      } finally {
        state.destroy();
      }
    }
  }

  /** Reads models written by {@link Writer}. */
  static final class Reader extends MLReader<SyncBatchNormClassificationModel> {
    @Override
    public SyncBatchNormClassificationModel load(String path) {
      // private[ml] in Scala; Spark has no public method that reads metadata into an existing
      // stage.
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader.loadMetadata(
              path, sc(), SyncBatchNormClassificationModel.class.getName());
      Dataset<Row> data = sparkSession().read().schema(SCHEMA).parquet(dataOf(path));
      Row row = withLengths(data).first();
      int version = row.getInt(row.fieldIndex("version"));
      if (version > VERSION) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the model at %s was written by a later release: expected version<=%d, found version=%d; read it with that release",
                path,
                VERSION,
                version));
      }
      Architecture architecture = architecture(row);
      SyncBatchNormClassificationModel model =
          new SyncBatchNormClassificationModel(
              metadata.uid(), architecture, state(data, row, architecture), null);
      metadata.getAndSetParams(model, Option.empty());
      return model;
    }
  }

  private static String dataOf(String path) {
    return path + "/data";
  }

  /**
   * Creates the row of the data in a task from a broadcast: it may be too large to be sent with the
   * task.
   */
  private static Dataset<Row> row(
      SparkSession spark, SyncBatchNormClassificationModel model, Sent<NetworkState> state) {
    Architecture architecture = model.architecture();
    Architecture.Hidden layer =
        architecture.hidden().isEmpty() ? fromParams(model) : architecture.hidden().get(0);
    boolean normalized = layer.normalization() instanceof BatchNormalized;
    BatchNormalized settings =
        normalized ? (BatchNormalized) layer.normalization() : NOT_NORMALIZED;
    Encoder<float[]> floats = floats(spark);
    return spark
        .range(0, 1, 1, 1)
        .map(
            (MapFunction<Long, Tuple2<float[], float[]>>)
                one -> new Tuple2<>(state.value().parameters(), state.value().statistics()),
            Encoders.tuple(floats, floats))
        .select(
            lit(VERSION).as("version"),
            lit(architecture.inputs()).as("numFeatures"),
            lit(architecture.classes()).as("numClasses"),
            lit(architecture.widths().stream().mapToInt(Integer::intValue).toArray())
                .as("hiddenLayers"),
            lit(layer.activation().name().toLowerCase(Locale.ROOT)).as("activation"),
            lit(normalized).as("batchNorm"),
            lit(settings.momentum()).as("momentum"),
            lit(settings.epsilon()).as("epsilon"),
            col("_1").as("parameters"),
            col("_2").as("statistics"));
  }

  /** Placeholder in the columns of hidden layers for models without them; never read. */
  private static Architecture.Hidden fromParams(SyncBatchNormClassificationModel model) {
    Architecture.Normalization normalization =
        model.getBatchNorm()
            ? new BatchNormalized(model.getMomentum(), model.getEpsilon())
            : new Architecture.None();
    Activation activation = Activation.valueOf(model.getActivation().toUpperCase(Locale.ROOT));
    return Architecture.uniform(1, List.of(1), 2, activation, normalization).hidden().get(0);
  }

  private static Encoder<float[]> floats(SparkSession spark) {
    return spark.implicits().newFloatArrayEncoder();
  }

  private static Architecture architecture(Row row) {
    return Architecture.uniform(
        row.getInt(row.fieldIndex("numFeatures")),
        row.getList(row.fieldIndex("hiddenLayers")),
        row.getInt(row.fieldIndex("numClasses")),
        Activation.valueOf(row.getString(row.fieldIndex("activation")).toUpperCase(Locale.ROOT)),
        row.getBoolean(row.fieldIndex("batchNorm"))
            ? new BatchNormalized(
                row.getDouble(row.fieldIndex("momentum")), row.getDouble(row.fieldIndex("epsilon")))
            : new Architecture.None());
  }

  /** Returns the row with each array replaced by its length. */
  private static Dataset<Row> withLengths(Dataset<Row> data) {
    return data.withColumn("parameters", size(col("parameters")))
        .withColumn("statistics", size(col("statistics")));
  }

  private static NetworkState state(Dataset<Row> data, Row lengths, Architecture architecture) {
    ParameterLayout layout = ParameterLayout.of(architecture);
    return new NetworkState(
        floats(data, "parameters", lengths, layout.parameterCount()),
        floats(data, "statistics", lengths, layout.statisticsCount()));
  }

  private static float[] floats(Dataset<Row> data, String column, Row lengths, int expected) {
    int found = lengths.getInt(lengths.fieldIndex(column));
    if (found != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the model's data is damaged: expected %s=%d, found %d",
              column,
              expected,
              found));
    }
    SparkSession spark = data.sparkSession();
    int most = mostFloatsOfAResult(spark.sparkContext().conf());
    float[] values = new float[expected];
    int length;
    for (int at = 0; at < expected; at += length) {
      length = Math.min(most, expected - at);
      Column part = length == expected ? col(column) : slice(col(column), at + 1, length);
      float[] next = data.select(part).as(floats(spark)).first();
      System.arraycopy(next, 0, values, at, length);
    }
    return values;
  }

  /**
   * Returns the number of floats to read at once: a quarter of what tasks may return, and at most
   * 64 MB.
   */
  private static int mostFloatsOfAResult(SparkConf conf) {
    long bytes = conf.getSizeAsBytes("spark.driver.maxResultSize", "1g");
    long floats = (bytes == 0 ? Long.MAX_VALUE : bytes) / (4 * Float.BYTES);
    return (int) Math.max(1, Math.min(1 << 24, floats));
  }
}
