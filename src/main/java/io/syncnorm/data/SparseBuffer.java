package io.syncnorm.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/** Sparse rows that are added one after another. The arrays grow as needed and are reused. */
public final class SparseBuffer implements FeatureBuffer {
  private static final int BYTES_OF_VALUE = Integer.BYTES + Float.BYTES;

  private final int rowLength;
  private int[] rowStarts;
  private int[] columns;
  private float[] values;
  private int rows;

  /**
   * @param expectedRows rows for which there is space at first, as for {@code expectedValues}
   */
  public SparseBuffer(int rowLength, int expectedRows, int expectedValues) {
    this.rowLength = rowLength;
    this.rowStarts = new int[expectedRows + 1];
    this.columns = new int[expectedValues];
    this.values = new float[expectedValues];
  }

  /** Space for rows whose {@linkplain Features.Sparse#storedBytes stored bytes} are known. */
  public static SparseBuffer ofBytes(int rowLength, int rows, long bytes) {
    long values = (bytes - (long) Integer.BYTES * rows) / BYTES_OF_VALUE;
    return new SparseBuffer(rowLength, rows, Math.toIntExact(Math.max(0, values)));
  }

  /** The number of values that so many rows have on average. */
  public static int valuesOf(int rows, Shape shape) {
    long values = shape.averageBytes() / BYTES_OF_VALUE * rows;
    return (int) Math.min(Integer.MAX_VALUE - 8L, values);
  }

  /**
   * Checks rows in compressed form.
   *
   * @throws IllegalArgumentException if the arrays do not describe rows of this length
   */
  public static void requireValid(int rowLength, int[] rowStarts, int[] columns, float[] values) {
    int end = isAscending(rowStarts) ? rowStarts[rowStarts.length - 1] : -1;
    if (columns.length != end || values.length != end) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "rowStarts must ascend from 0 to the number of values: rowStarts.length=%d,"
                  + " columns.length=%d, values.length=%d",
              rowStarts.length,
              columns.length,
              values.length));
    }
    for (int row = 0; row < rowStarts.length - 1; row++) {
      int last = -1;
      for (int k = rowStarts[row]; k < rowStarts[row + 1]; k++) {
        if (columns[k] <= last || columns[k] >= rowLength) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "columns of a row must increase from 0 to rowLength - 1: row=%d, column=%d after"
                      + " %d, rowLength=%d",
                  row,
                  columns[k],
                  last,
                  rowLength));
        }
        last = columns[k];
      }
    }
  }

  private static boolean isAscending(int[] rowStarts) {
    boolean isAscending = rowStarts.length > 0 && rowStarts[0] == 0;
    for (int row = 1; row < rowStarts.length; row++) {
      isAscending &= rowStarts[row] >= rowStarts[row - 1];
    }
    return isAscending;
  }

  @Override
  public void clear() {
    rows = 0;
  }

  @Override
  public void put(int into, Features from, int row) {
    if (into != rows) {
      throw new IllegalStateException(
          "sparse rows are added one after another: expected row=" + rows + ", found row=" + into);
    }
    add((Features.Sparse) from, row);
  }

  /** Adds a row. */
  public void add(Features.Sparse from, int row) {
    int start = from.rowStarts()[row];
    int count = from.rowStarts()[row + 1] - start;
    int at = extend(1, count);
    System.arraycopy(from.columns(), start, columns, at, count);
    System.arraycopy(from.values(), start, values, at, count);
    rowStarts[++rows] = at + count;
  }

  /** Adds the nonzero values of a dense row. */
  public void add(float[] row) {
    int at = extend(1, 0);
    for (int column = 0; column < rowLength; column++) {
      if (row[column] != 0) {
        extendValues(at, 1);
        columns[at] = column;
        values[at++] = row[column];
      }
    }
    rowStarts[++rows] = at;
  }

  /** Makes space for more rows and values, and returns the number of values so far. */
  private int extend(int moreRows, int moreValues) {
    if (rows + moreRows >= rowStarts.length) {
      rowStarts = Arrays.copyOf(rowStarts, larger(rowStarts.length, rows + moreRows + 1L));
    }
    extendValues(rowStarts[rows], moreValues);
    return rowStarts[rows];
  }

  private void extendValues(int used, int more) {
    if (used + (long) more > columns.length) {
      int length = larger(columns.length, used + (long) more);
      columns = Arrays.copyOf(columns, length);
      values = Arrays.copyOf(values, length);
    }
  }

  private static int larger(int length, long needed) {
    long most = Integer.MAX_VALUE - 8L;
    return Math.toIntExact(Math.max(Math.min(most, length * 3L / 2), needed));
  }

  @Override
  public Features.Sparse features() {
    return new Features.Sparse(rowLength, rows, rowStarts, columns, values);
  }

  /** The rows so far, in arrays of the exact length. */
  public Features.Sparse copy() {
    int end = rowStarts[rows];
    return new Features.Sparse(
        rowLength,
        rows,
        Arrays.copyOf(rowStarts, rows + 1),
        Arrays.copyOf(columns, end),
        Arrays.copyOf(values, end));
  }

  @Override
  public long bytes(int rows) {
    return (long) Integer.BYTES * rows + (long) BYTES_OF_VALUE * rowStarts[rows];
  }

  @Override
  public long memory() {
    return (long) Integer.BYTES * rowStarts.length + (long) BYTES_OF_VALUE * columns.length;
  }

  @Override
  public void trim() {
    int end = rowStarts[rows];
    if (end < columns.length) {
      columns = Arrays.copyOf(columns, end);
      values = Arrays.copyOf(values, end);
    }
  }

  /** Writes the end of each row, all columns, and all values. */
  @Override
  public void write(int rows, ByteBuffer out) {
    int count = rowStarts[rows];
    out.asIntBuffer().put(rowStarts, 1, rows).put(columns, 0, count);
    out.position(out.position() + Integer.BYTES * (rows + count));
    out.asFloatBuffer().put(values, 0, count);
    out.position(out.position() + Float.BYTES * count);
  }

  @Override
  public void read(ByteBuffer in, int into, int more) {
    int at = extend(more, 0);
    in.asIntBuffer().get(rowStarts, rows + 1, more);
    in.position(in.position() + Integer.BYTES * more);
    int count = rowStarts[rows + more];
    extendValues(at, count);
    for (int row = rows + 1; row <= rows + more; row++) {
      rowStarts[row] += at;
    }
    rows += more;
    in.asIntBuffer().get(columns, at, count);
    in.position(in.position() + Integer.BYTES * count);
    in.asFloatBuffer().get(values, at, count);
    in.position(in.position() + Float.BYTES * count);
  }

  public int[] rowStarts() {
    return rowStarts;
  }

  public int[] columns() {
    return columns;
  }

  public float[] values() {
    return values;
  }
}
