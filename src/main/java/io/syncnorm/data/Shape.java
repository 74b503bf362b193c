package io.syncnorm.data;

import java.io.Serializable;
import java.util.Locale;

/**
 * The rows of a shard, as far as they are known before they are loaded.
 *
 * @param rowLength features of one row
 * @param kind how features are stored
 * @param isWeighted whether rows have weights
 * @param rows number of rows of the shard
 * @param averageBytes stored bytes of a row's features; of sparse rows the average over the rows of
 *     all ranks
 */
public record Shape(int rowLength, Kind kind, boolean isWeighted, long rows, long averageBytes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How features are stored. */
  public enum Kind {
    /** Unsigned bytes, used as whole numbers. */
    BYTES,
    /** Unsigned bytes, divided by 255. */
    PIXELS,
    /** Single-precision numbers. */
    FLOATS,
    /** Nonzero values with their columns. */
    SPARSE;

    /** The kind of packed features. */
    public static Kind of(Features features) {
      if (features instanceof Features.Bytes bytes) {
        return bytes.divisor() == 1 ? BYTES : PIXELS;
      }
      return features instanceof Features.Sparse ? SPARSE : FLOATS;
    }
  }

  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public Shape {
    if (rowLength < 1 || rows < 0 || averageBytes < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a shard needs rowLength >= 1, rows >= 0 and averageBytes >= 0, found rowLength=%d,"
                  + " rows=%d, averageBytes=%d",
              rowLength,
              rows,
              averageBytes));
    }
  }

  /** The shape of dense rows. */
  public static Shape dense(int rowLength, Kind kind, boolean isWeighted, long rows) {
    long bytes = kind == Kind.FLOATS ? Float.BYTES : Byte.BYTES;
    return new Shape(rowLength, kind, isWeighted, rows, bytes * rowLength);
  }

  /**
   * The shape of sparse rows.
   *
   * @param nonzerosPerRow average over the rows of all ranks
   */
  public static Shape sparse(int rowLength, boolean isWeighted, long rows, double nonzerosPerRow) {
    long bytes = (long) Math.ceil((Integer.BYTES + Float.BYTES) * nonzerosPerRow) + Integer.BYTES;
    return new Shape(rowLength, Kind.SPARSE, isWeighted, rows, bytes);
  }

  /** The shape of rows in memory. */
  public static Shape of(Rows rows) {
    boolean isWeighted = rows.weights().length > 0;
    if (rows.features() instanceof Features.Sparse sparse) {
      double values = sparse.values().length;
      return sparse(rows.rowLength(), isWeighted, rows.count(), values / Math.max(1, rows.count()));
    }
    return dense(rows.rowLength(), Kind.of(rows.features()), isWeighted, rows.count());
  }

  /** This shape with another number of rows. */
  public Shape withRows(long count) {
    return new Shape(rowLength, kind, isWeighted, count, averageBytes);
  }
}
