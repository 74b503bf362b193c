package io.syncnorm.spark.table;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.spark.table.TableSettings.Scale;
import java.util.Arrays;

/**
 * Collects rows and packs them in the smallest form. Until then only their values other than 0 are
 * kept, so that a wide sparse row never takes the memory of a dense one.
 */
public final class RowPacking {
  private static final int MOST_BYTES = 1 << 22;
  private static final int MOST_ROWS = 1 << 13;
  private static final int BYTES_OF_NONZERO = Integer.BYTES + Float.BYTES;

  private final int rowLength;
  private final Scale scale;
  private final boolean isWeighted;

  private int[] indices = new int[1024];
  private float[] values = new float[1024];
  private int[] starts = new int[64];
  private int[] labels = new int[64];
  private float[] weights = new float[64];
  private int nonzeros;
  private int rows;

  /**
   * @param rowLength features of a row
   */
  public RowPacking(int rowLength, Scale scale, boolean isWeighted) {
    this.rowLength = rowLength;
    this.scale = scale;
    this.isWeighted = isWeighted;
  }

  /** Adds a value to the row that has begun; indices must increase. A value of 0 is skipped. */
  public void put(int index, float value) {
    if (value != 0) {
      if (nonzeros == values.length) {
        indices = Arrays.copyOf(indices, 2 * nonzeros);
        values = Arrays.copyOf(values, 2 * nonzeros);
      }
      indices[nonzeros] = index;
      values[nonzeros++] = value;
    }
  }

  /** Ends the row. */
  public void end(int label, float weight) {
    if (rows == labels.length - 1) {
      starts = Arrays.copyOf(starts, 2 * labels.length);
      labels = Arrays.copyOf(labels, 2 * labels.length);
      weights = Arrays.copyOf(weights, 2 * weights.length);
    }
    labels[rows] = label;
    weights[rows++] = weight;
    starts[rows] = nonzeros;
  }

  public boolean isEmpty() {
    return rows == 0;
  }

  /** Standardized rows are dense, whatever they are here. */
  public boolean isFull() {
    long bytes =
        scale == Scale.STANDARDIZED
            ? Float.BYTES * (long) rowLength * rows
            : BYTES_OF_NONZERO * (long) nonzeros;
    return rows == MOST_ROWS || bytes >= MOST_BYTES;
  }

  /** Returns the collected rows, and begins anew. */
  public Rows take() {
    Rows taken = new Rows(rowLength, features(), Arrays.copyOf(labels, rows));
    if (isWeighted) {
      taken = taken.withWeights(Arrays.copyOf(weights, rows));
    }
    nonzeros = 0;
    rows = 0;
    return taken;
  }

  private Features features() {
    boolean isBytes = isBytes();
    long denseBytes = (isBytes ? Byte.BYTES : Float.BYTES) * (long) rowLength * rows;
    if (BYTES_OF_NONZERO * (long) nonzeros < denseBytes) {
      return sparse();
    }
    return isBytes ? bytes() : floats();
  }

  private boolean isBytes() {
    for (int i = 0; i < nonzeros; i++) {
      if (values[i] != ((int) values[i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  private Features sparse() {
    float[] packed = new float[nonzeros];
    for (int i = 0; i < nonzeros; i++) {
      packed[i] = values[i] / divisor();
    }
    return new Features.Sparse(
        rowLength, Arrays.copyOf(starts, rows + 1), Arrays.copyOf(indices, nonzeros), packed);
  }

  private Features bytes() {
    byte[] packed = new byte[rows * rowLength];
    for (int row = 0; row < rows; row++) {
      for (int i = starts[row]; i < starts[row + 1]; i++) {
        packed[row * rowLength + indices[i]] = (byte) (int) values[i];
      }
    }
    return new Features.Bytes(packed, divisor());
  }

  private Features floats() {
    float[] packed = new float[rows * rowLength];
    for (int row = 0; row < rows; row++) {
      for (int i = starts[row]; i < starts[row + 1]; i++) {
        packed[row * rowLength + indices[i]] = values[i] / divisor();
      }
    }
    return new Features.Floats(packed);
  }

  private int divisor() {
    return scale == Scale.BY_255 ? 255 : 1;
  }
}
