package io.syncnorm.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.SqlSession;
import io.syncnorm.spark.version.ModelMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
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
  private static final int VERSION = NetworkColumns.LAYERS;

  /** Parameters in a row: 64 MB. */
  private static final int PART_LENGTH = 1 << 24;

  private static final StructType SCHEMA =
      NetworkColumns.addTo(
              new StructType()
                  .add("version", DataTypes.IntegerType, false)
                  // Version 1 has one part, and no such column.
                  .add("part", DataTypes.IntegerType, true))
          .add("parameters", DataTypes.createArrayType(DataTypes.FloatType, false), false)
          .add("statistics", DataTypes.createArrayType(DataTypes.FloatType, false), false);

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
      // Spark has no public method that reads metadata into an existing stage.
      DefaultParamsReader.Metadata metadata =
          ModelMetadata.read(
              sparkSession(), path, SyncBatchNormClassificationModel.class.getName());
      Dataset<Row> data = sparkSession().read().schema(SCHEMA).parquet(dataOf(path));
      Row row = data.drop("parameters", "statistics").first();
      int version = row.getInt(row.fieldIndex("version"));
      if (version > VERSION) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the model at %s was written by a later release: expected version<=%d, found"
                    + " version=%d; read it with that release",
                path,
                VERSION,
                version));
      }
      Architecture architecture = NetworkColumns.read(row);
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
    Encoder<float[]> floats = SqlSession.floats(spark);
    int parts = (model.state().parameters().length - 1) / partLength + 1;
    return spark
        .range(0, parts, 1, parts)
        .map(
            (MapFunction<Long, Tuple3<Integer, float[], float[]>>)
                part -> part(state.value(), part, partLength),
            Encoders.tuple(Encoders.INT(), floats, floats))
        .select(columns(model));
  }

  private static Column[] columns(SyncBatchNormClassificationModel model) {
    return Stream.of(
            Stream.of(
                lit(NetworkColumns.version(model.architecture())).as("version"),
                col("_1").as("part")),
            NetworkColumns.of(model),
            Stream.of(col("_2").as("parameters"), col("_3").as("statistics")))
        .flatMap(columns -> columns)
        .toArray(Column[]::new);
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
      float[] next = row.select(part).as(SqlSession.floats(spark)).first();
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
