package io.syncnorm.ml.predict;

import io.syncnorm.nn.MiniBatch;
import java.util.Arrays;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;

/** The stored values of the vectors of a block, as a sparse mini-batch. */
final class SparseBlock {
  /** Rows with fewer than one stored value in so many features are sparse, as in training. */
  private static final int SPARSE = 50;

  private final int inputs;
  private final MiniBatch batch;
  private final int[] rowStarts;
  private int[] columns = new int[1024];
  private float[] values = new float[1024];
  private int rows;

  /**
   * @param inputs features of a row
   * @param capacity maximum number of rows
   */
  SparseBlock(int inputs, int capacity) {
    this.inputs = inputs;
    this.batch = MiniBatch.sparse(new int[capacity], new float[capacity]);
    this.rowStarts = new int[capacity + 1];
  }

  /** Returns the number of values that a vector stores; 0 if it is none. */
  static int storedValues(Object vector) {
    if (vector instanceof SparseVector sparse) {
      return sparse.values().length;
    }
    return vector instanceof Vector dense ? dense.size() : 0;
  }

  /**
   * Returns whether rows are sparse enough to be predicted as such.
   *
   * @param stored values that the rows store together
   */
  boolean isWorthIt(long stored, int rows) {
    return stored * SPARSE < (long) rows * inputs;
  }

  /**
   * Returns the rows as a mini-batch, which is valid until the next call.
   *
   * @param column name of the vectors' column, for error messages
   * @throws IllegalArgumentException as {@link FeatureRows#copy}
   */
  MiniBatch of(Object[] vectors, int count, String column) {
    rows = 0;
    while (rows < count) {
      rowStarts[rows + 1] = rowStarts[rows];
      FeatureRows.forEach(vectors[rows], inputs, column, this::put);
      rows++;
    }
    return batch.showSparse(rowStarts, columns, values, count);
  }

  private void put(int index, float value) {
    int at = rowStarts[rows + 1]++;
    if (at == values.length) {
      columns = Arrays.copyOf(columns, 2 * at);
      values = Arrays.copyOf(values, 2 * at);
    }
    columns[at] = index;
    values[at] = value;
  }
}
