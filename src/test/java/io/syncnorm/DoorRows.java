package io.syncnorm;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.deal.Dealing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The rows on which every {@link Door} trains, in the form that each of them takes. */
final class DoorRows {
  static final int RANKS = 4;
  static final int OF_RANK = 22;
  static final int COUNT = RANKS * OF_RANK;
  static final int INPUTS = 6;
  static final int CLASSES = 3;
  static final long SEED = 42;
  static final int[] ALL = IntStream.range(0, COUNT).toArray();
  static final String VALIDATION = "validation";

  private DoorRows() {}

  /** Returns the features of some rows. */
  static float[] features(int[] rows) {
    Random random = new Random(1);
    float[] all = new float[COUNT * INPUTS];
    for (int i = 0; i < all.length; i++) {
      int signal = i % INPUTS % CLASSES == label(i / INPUTS) ? 1 : 0;
      all[i] = (float) (signal + random.nextGaussian() / 2);
    }
    float[] picked = new float[rows.length * INPUTS];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(all, rows[i] * INPUTS, picked, i * INPUTS, INPUTS);
    }
    return picked;
  }

  static int label(int row) {
    return row * 7 % 5 % CLASSES;
  }

  /**
   * Returns the label for validation: never the training label, so that each epoch makes the loss
   * worse.
   */
  static int wrongLabel(int row) {
    return (label(row) + 1) % CLASSES;
  }

  /** Returns the training rows of a rank, in their order, as the command line deals them. */
  static int[] ofRank(int rank) {
    Deal deal = Dealing.SHUFFLED.deal(new long[] {COUNT}, RANKS, SEED);
    int[] rows = new int[OF_RANK];
    for (int row = 0; row < COUNT; row++) {
      long place = deal.place(row, 0, row);
      if (Deal.rank(place) == rank) {
        rows[(int) Deal.position(place)] = row;
      }
    }
    return rows;
  }

  static Rows rows(IntUnaryOperator label) {
    return new Rows(
        INPUTS, new Features.Floats(features(ALL)), IntStream.of(ALL).map(label).toArray());
  }

  /**
   * Returns rows in one partition.
   *
   * @param count number of rows; rows beyond the training rows are for validation
   */
  static Dataset<Row> frame(SparkSession spark, int count) {
    float[] x = features(ALL);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int row = i % COUNT;
      double[] values = new double[INPUTS];
      for (int j = 0; j < INPUTS; j++) {
        values[j] = x[row * INPUTS + j];
      }
      double label = i == row ? label(row) : wrongLabel(row);
      rows.add(RowFactory.create(Vectors.dense(values), label, 1.0 + row % 3, i != row));
    }
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType)
            .add("weight", DataTypes.DoubleType)
            .add(VALIDATION, DataTypes.BooleanType);
    return spark.createDataFrame(rows, schema).coalesce(1);
  }
}
