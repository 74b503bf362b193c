package io.syncnorm.ml;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Small classification problems as DataFrames: one cloud of points per class. */
final class Blobs {
  static final int FEATURES = 6;
  static final int CLASSES = 3;
  static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType)
          .add("features", SQLDataTypes.VectorType())
          .add("weight", DataTypes.DoubleType)
          .add("validation", DataTypes.BooleanType);

  private Blobs() {}

  static SparkSession session(int slots) {
    return session(slots, Map.of());
  }

  /**
   * Starts a session.
   *
   * @param more settings that replace or extend the usual ones
   */
  static SparkSession session(int slots, Map<String, Object> more) {
    return SparkSession.builder()
        .master("local[" + slots + "]")
        .appName("ml-test")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "3")
        .config(more)
        .getOrCreate();
  }

  /**
   * Returns rows of which every third is sparse and every fourth is for validation; weights are 1
   * or 2.
   */
  static List<Row> rows(int count, long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(CLASSES);
      double[] x = new double[FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        x[j] = (j % CLASSES == label ? 2 : 0) + random.nextGaussian();
      }
      Vector features = i % 3 == 0 ? Vectors.dense(x).toSparse() : Vectors.dense(x);
      rows.add(RowFactory.create((double) label, features, 1.0 + i % 2, i % 4 == 3));
    }
    return rows;
  }

  static Dataset<Row> frame(SparkSession spark, int count, long seed) {
    return spark.createDataFrame(rows(count, seed), SCHEMA);
  }

  /** Returns a classifier that learns these problems in a second. */
  static SyncBatchNormClassifier classifier() {
    return new SyncBatchNormClassifier()
        .setHiddenLayers(16, 8)
        .setBatchSize(16)
        .setStepSize(0.01)
        .setMomentum(0.9)
        .setMaxIter(8)
        .setNumWorkers(2)
        .setSlotTimeout("2s")
        .setWaitTimeout("20s");
  }

  /** Returns an untrained model; even seeds give models without batch normalization. */
  static SyncBatchNormClassificationModel untrained(long seed) {
    return untrained(FEATURES, List.of(5, 4), seed);
  }

  static SyncBatchNormClassificationModel untrained(int features, List<Integer> hidden, long seed) {
    Architecture architecture =
        Architecture.perceptron(
            features,
            hidden,
            CLASSES,
            Activation.RELU,
            seed % 2 == 1
                ? Optional.of(new Layer.BatchNormalization(0.9, 1e-3))
                : Optional.empty());
    NetworkState state = NetworkState.initial(architecture, seed);
    Random random = new Random(seed);
    for (int i = 0; i < state.statistics().length; i++) {
      state.statistics()[i] = random.nextFloat() + 0.5f;
    }
    return new SyncBatchNormClassificationModel("model" + seed, architecture, state, null);
  }
}
