package io.syncnorm.ml;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Architecture.BatchNormalized;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * A model on disk, laid out as Spark ML's own models are:
 *
 * <pre>
 * metadata/   class, uid, params, as one line of JSON
 * data/       the network, as one row of Parquet
 * </pre>
 */
final class ModelFiles {
  /** Of the data; what reads a version reads all before it. */
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

  /** What stands in the columns of batch normalization where there is none; nothing reads it. */
  private static final BatchNormalized NOT_NORMALIZED = new BatchNormalized(0, 1);

  private ModelFiles() {}

  /** Metadata through Spark's own public way, which writes any stage's params, and the data. */
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
      sparkSession()
          .createDataFrame(List.of(row(model.architecture(), model.state())), SCHEMA)
          .coalesce(1)
          .write()
          .parquet(dataOf(path));
    }
  }

  /** Reads what {@link Writer} has written. */
  static final class Reader extends MLReader<SyncBatchNormClassificationModel> {
    @Override
    public SyncBatchNormClassificationModel load(String path) {
      // private[ml] in Scala, like all that reads metadata into a stage that exists already.
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader.loadMetadata(
              path, sc(), SyncBatchNormClassificationModel.class.getName());
      Row row = sparkSession().read().schema(SCHEMA).parquet(dataOf(path)).first();
      int version = row.getInt(row.fieldIndex("version"));
      if (version > VERSION) {
        throw new IllegalArgumentException(
            "the model at %s was written by a later release: expected version<=%d, found version=%d; read it with that release"
                .formatted(path, VERSION, version));
      }
      Architecture architecture = architecture(row);
      SyncBatchNormClassificationModel model =
          new SyncBatchNormClassificationModel(
              metadata.uid(), architecture, state(row, architecture), null);
      metadata.getAndSetParams(model, Option.empty());
      return model;
    }
  }

  private static String dataOf(String path) {
    return new Path(path, "data").toString();
  }

  private static Row row(Architecture architecture, NetworkState state) {
    boolean normalized = architecture.normalization() instanceof BatchNormalized;
    BatchNormalized settings =
        normalized ? (BatchNormalized) architecture.normalization() : NOT_NORMALIZED;
    return RowFactory.create(
        VERSION,
        architecture.inputs(),
        architecture.classes(),
        architecture.hidden().toArray(),
        architecture.activation().name().toLowerCase(Locale.ROOT),
        normalized,
        settings.momentum(),
        settings.epsilon(),
        boxed(state.parameters()),
        boxed(state.statistics()));
  }

  private static Architecture architecture(Row row) {
    return new Architecture(
        row.getInt(row.fieldIndex("numFeatures")),
        row.getList(row.fieldIndex("hiddenLayers")),
        row.getInt(row.fieldIndex("numClasses")),
        Activation.valueOf(row.getString(row.fieldIndex("activation")).toUpperCase(Locale.ROOT)),
        row.getBoolean(row.fieldIndex("batchNorm"))
            ? new BatchNormalized(
                row.getDouble(row.fieldIndex("momentum")), row.getDouble(row.fieldIndex("epsilon")))
            : new Architecture.None());
  }

  private static NetworkState state(Row row, Architecture architecture) {
    ParameterLayout layout = ParameterLayout.of(architecture);
    return new NetworkState(
        floats(row, "parameters", layout.parameterCount()),
        floats(row, "statistics", layout.statisticsCount()));
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    Arrays.setAll(boxed, i -> values[i]);
    return boxed;
  }

  private static float[] floats(Row row, String column, int expected) {
    List<Float> list = row.getList(row.fieldIndex(column));
    if (list.size() != expected) {
      throw new IllegalArgumentException(
          "the model's data is damaged: expected %s=%d, found %d"
              .formatted(column, expected, list.size()));
    }
    float[] values = new float[expected];
    for (int i = 0; i < expected; i++) {
      values[i] = list.get(i);
    }
    return values;
  }
}
