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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
import scala.Tuple3;

/**
 * Reads and writes model folders, in the layout of Spark ML's own models:
 *
 * <pre>
 * metadata/   class, uid, params, as one line of JSON
 * data/       the network, as rows of Parquet, each with a part of the parameters
 * </pre>
 *
 * A row is an array of bytes to Spark, which must not be as large as any model. Each row is in a
 * file of its own, because Parquet's readers and writers hold many rows at once.
 */
final class ModelFiles {
  /** Version of the data; a reader of one version also reads all earlier ones. */
  private static final int VERSION = 2;

  /** Parameters in a row: 64 MB. */
  private static final int PART_LENGTH = 1 << 24;

  private static final StructType SCHEMA =
      new StructType()
          .add("version", DataTypes.IntegerType, false)
          .add("part", DataTypes.IntegerType, true) // version 1 has one part, and no such column
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
    private final int partLength;

    Writer(SyncBatchNormClassificationModel model) {
      this(model, PART_LENGTH);
    }

    /**
     * @param partLength parameters in a row
     */
    Writer(SyncBatchNormClassificationModel model, int partLength) {
      this.model = model;
      this.partLength = partLength;
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
        rows(sparkSession(), model, state, partLength).write().parquet(dataOf(path));
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
      Row row = data.drop("parameters", "statistics").first();
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
              metadata.uid(), architecture, state(data, architecture), null);
      metadata.getAndSetParams(model, Option.empty());
      return model;
    }
  }

  private static String dataOf(String path) {
    return path + "/data";
  }

  /**
   * Creates the rows of the data in tasks from a broadcast: a row may be too large to be sent with
   * its task.
   */
  private static Dataset<Row> rows(
      SparkSession spark,
      SyncBatchNormClassificationModel model,
      Sent<NetworkState> state,
      int partLength) {
    Architecture architecture = model.architecture();
    Architecture.Hidden layer =
        architecture.hidden().isEmpty() ? fromParams(model) : architecture.hidden().get(0);
    boolean normalized = layer.normalization() instanceof BatchNormalized;
    BatchNormalized settings =
        normalized ? (BatchNormalized) layer.normalization() : NOT_NORMALIZED;
    Encoder<float[]> floats = floats(spark);
    int parts = (model.state().parameters().length - 1) / partLength + 1;
    return spark
        .range(0, parts, 1, parts)
        .map(
            (MapFunction<Long, Tuple3<Integer, float[], float[]>>)
                part -> part(state.value(), part, partLength),
            Encoders.tuple(Encoders.INT(), floats, floats))
        .select(
            lit(VERSION).as("version"),
            col("_1").as("part"),
            lit(architecture.inputs()).as("numFeatures"),
            lit(architecture.classes()).as("numClasses"),
            lit(architecture.widths().stream().mapToInt(Integer::intValue).toArray())
                .as("hiddenLayers"),
            lit(layer.activation().name().toLowerCase(Locale.ROOT)).as("activation"),
            lit(normalized).as("batchNorm"),
            lit(settings.momentum()).as("momentum"),
            lit(settings.epsilon()).as("epsilon"),
            col("_2").as("parameters"),
            col("_3").as("statistics"));
  }

  /** The content of a row; the first one has the statistics. */
  private static Tuple3<Integer, float[], float[]> part(
      NetworkState state, long part, int partLength) {
    float[] parameters = state.parameters();
    int from = Math.toIntExact(part * partLength);
    int to = (int) Math.min((long) from + partLength, parameters.length);
    return new Tuple3<>(
        (int) part,
        Arrays.copyOfRange(parameters, from, to),
        part == 0 ? state.statistics() : new float[0]);
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

  private static NetworkState state(Dataset<Row> data, Architecture architecture) {
    List<Row> lengths =
        new ArrayList<>(
            data.select(
                    col("part"),
                    size(col("parameters")).as("parameters"),
                    size(col("statistics")).as("statistics"))
                .collectAsList());
    lengths.sort(Comparator.comparing(row -> row.<Integer>getAs("part")));
    ParameterLayout layout = ParameterLayout.of(architecture);
    return new NetworkState(
        floats(data, "parameters", lengths, layout.parameterCount()),
        floats(data, "statistics", lengths, layout.statisticsCount()));
  }

  private static float[] floats(Dataset<Row> data, String column, List<Row> lengths, int expected) {
    long found = lengths.stream().mapToLong(part -> part.<Integer>getAs(column)).sum();
    if (found != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the model's data is damaged: expected %s=%d, found %d",
              column,
              expected,
              found));
    }
    float[] values = new float[expected];
    int at = 0;
    for (Row part : lengths) {
      Dataset<Row> row =
          lengths.size() == 1 ? data : data.where(col("part").equalTo(part.getAs("part")));
      int length = part.getAs(column);
      read(row, column, length, values, at);
      at += length;
    }
    return values;
  }

  /** Reads the array in one row. */
  private static void read(Dataset<Row> row, String column, int count, float[] into, int from) {
    SparkSession spark = row.sparkSession();
    int most = mostFloatsOfAResult(spark.sparkContext().conf());
    int length;
    for (int at = 0; at < count; at += length) {
      length = Math.min(most, count - at);
      Column part = length == count ? col(column) : slice(col(column), at + 1, length);
      float[] next = row.select(part).as(floats(spark)).first();
      System.arraycopy(next, 0, into, from + at, length);
    }
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
