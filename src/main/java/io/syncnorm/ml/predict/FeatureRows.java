package io.syncnorm.ml.predict;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;

/** Converts Spark's vectors to rows of packed floats. */
public final class FeatureRows {
  private static final int INFINITE = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
  private static final int MAGNITUDE = Integer.MAX_VALUE;

  private FeatureRows() {}

  /** Receives values with their indices, which increase. */
  @FunctionalInterface
  public interface Sink {
    void put(int index, float value);
  }

  /**
   * Gives the values of a vector to a sink; of a sparse vector only those that it stores.
   *
   * @param column name of the vector's column, for error messages
   * @throws IllegalArgumentException as {@link #copy}
   */
  public static void forEach(Object vector, int length, String column, Sink sink) {
    Vector features = require(vector, length, column);
    double[] values =
        features instanceof SparseVector sparse ? sparse.values() : features.toArray();
    int[] indices = features instanceof SparseVector sparse ? sparse.indices() : null;
    for (int i = 0; i < values.length; i++) {
      float value = (float) values[i];
      if (!Float.isFinite(value)) {
        throw notFinite(features, column);
      }
      sink.put(indices == null ? i : indices[i], value);
    }
  }

  /**
   * Writes a vector to {@code into}, starting at index {@code at}.
   *
   * @param column name of the vector's column, for error messages
   * @throws IllegalArgumentException if there is no vector, it has another size than {@code
   *     length}, or a value is not finite as a float
   */
  public static void copy(Object vector, int length, float[] into, int at, String column) {
    Vector features = require(vector, length, column);
    boolean finite;
    if (features instanceof DenseVector dense) {
      finite = copyDense(dense.values(), into, at);
    } else {
      SparseVector sparse = (SparseVector) features;
      Arrays.fill(into, at, at + length, 0f);
      finite = copySparse(sparse.indices(), sparse.values(), into, at);
    }
    if (!finite) {
      throw notFinite(features, column);
    }
  }

  private static Vector require(Object vector, int length, String column) {
    if (!(vector instanceof Vector features)) {
      throw new IllegalArgumentException(
          "column %s must hold vectors, found value=%s; drop or impute such rows"
              .formatted(column, vector));
    }
    if (features.size() != length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "column %s must hold vectors of size=%d, found size=%d",
              column,
              length,
              features.size()));
    }
    return features;
  }

  /**
   * Copies values and returns whether all are finite, checked by their bits because branches are
   * slow.
   */
  private static boolean copyDense(double[] values, float[] into, int at) {
    for (int i = 0; i < values.length; i++) {
      into[at + i] = (float) values[i];
    }
    int largest = 0;
    for (int i = at; i < at + values.length; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(into[i]) & MAGNITUDE);
    }
    return largest < INFINITE;
  }

  private static boolean copySparse(int[] indices, double[] values, float[] into, int at) {
    int largest = 0;
    for (int i = 0; i < indices.length; i++) {
      float value = (float) values[i];
      into[at + indices[i]] = value;
      largest = Math.max(largest, Float.floatToRawIntBits(value) & MAGNITUDE);
    }
    return largest < INFINITE;
  }

  private static IllegalArgumentException notFinite(Vector features, String column) {
    int index = 0;
    while (Float.isFinite((float) features.apply(index))) {
      index++;
    }
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "column %s must hold finite numbers within the range of a float, found value=%s at index=%d; drop or impute such rows",
            column,
            features.apply(index),
            index));
  }
}
