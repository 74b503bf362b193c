package io.syncnorm.nn.network;

import io.syncnorm.nn.MiniBatch;
import java.util.Arrays;
import java.util.Objects;

/**
 * Products of a sparse mini-batch with row-major matrices, at the cost of the values it has.
 *
 * <p>Each value adds a multiple of one row of a matrix to another, in the order of the batch: rows
 * first to last, and the values of each row in their order. So a result depends on the batch alone,
 * on every machine.
 */
final class SparseRows {
  private SparseRows() {}

  /**
   * {@code y[rows, out] = x[rows, in] * w[in, out]}, with w at {@code wOffset} of a flat vector.
   *
   * @throws IndexOutOfBoundsException if x has a column that is not 0 to {@code in - 1}
   */
  static void multiply(MiniBatch x, float[] w, int wOffset, float[] y, int in, int out) {
    int[] starts = x.rowStarts();
    int[] columns = x.columns();
    float[] values = x.features();
    Arrays.fill(y, 0, x.count() * out, 0f);
    for (int row = 0; row < x.count(); row++) {
      for (int k = starts[row]; k < starts[row + 1]; k++) {
        int column = Objects.checkIndex(columns[k], in);
        addMultiple(values[k], w, wOffset + column * out, y, row * out, out);
      }
    }
  }

  /**
   * {@code dw[in, out] += x[rows, in]^T * dy[rows, out]}, with dw at {@code dwOffset}.
   *
   * @throws IndexOutOfBoundsException if x has a column that is not 0 to {@code in - 1}
   */
  static void addTransposedLeft(
      MiniBatch x, float[] dy, float[] dw, int dwOffset, int in, int out) {
    int[] starts = x.rowStarts();
    int[] columns = x.columns();
    float[] values = x.features();
    for (int row = 0; row < x.count(); row++) {
      for (int k = starts[row]; k < starts[row + 1]; k++) {
        int column = Objects.checkIndex(columns[k], in);
        addMultiple(values[k], dy, row * out, dw, dwOffset + column * out, out);
      }
    }
  }

  /** Sets the rows of {@code dw[in, out]} to zero that {@link #addTransposedLeft} has changed. */
  static void clear(MiniBatch x, float[] dw, int dwOffset, int out) {
    int[] columns = x.columns();
    int end = x.rowStarts()[x.count()];
    for (int k = 0; k < end; k++) {
      int at = dwOffset + columns[k] * out;
      Arrays.fill(dw, at, at + out, 0f);
    }
  }

  private static void addMultiple(
      float factor, float[] from, int fromAt, float[] into, int intoAt, int length) {
    for (int j = 0; j < length; j++) {
      into[intoAt + j] += factor * from[fromAt + j];
    }
  }
}
