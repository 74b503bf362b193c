package io.syncnorm.data;

import java.util.Locale;

/** Converts features to the kind in which a store keeps them. */
public final class Conversion {
  private Conversion() {}

  /**
   * Returns the features of rows in another kind, or the rows' own if they have it.
   *
   * @throws IllegalArgumentException if a value cannot be stored in that kind
   */
  public static Features to(Shape.Kind kind, Rows rows) {
    if (Shape.Kind.of(rows.features()) == kind) {
      return rows.features();
    }
    return switch (kind) {
      case BYTES -> bytes(rows, 1);
      case PIXELS -> bytes(rows, 255);
      case FLOATS -> floats(rows);
      case SPARSE -> sparse(rows);
    };
  }

  private static Features floats(Rows rows) {
    float[] values = new float[Math.multiplyExact(rows.count(), rows.rowLength())];
    rows.features().copyTo(0, values, 0, values.length);
    return new Features.Floats(values);
  }

  private static Features sparse(Rows rows) {
    SparseBuffer sparse = new SparseBuffer(rows.rowLength(), rows.count(), 0);
    float[] values = new float[rows.rowLength()];
    for (int row = 0; row < rows.count(); row++) {
      rows.features().copyTo((long) row * values.length, values, 0, values.length);
      sparse.add(values);
    }
    return sparse.copy();
  }

  private static Features bytes(Rows rows, int divisor) {
    byte[] bytes = new byte[Math.multiplyExact(rows.count(), rows.rowLength())];
    float[] features = Features.Bytes.featureOfByte(divisor);
    float[] values = new float[rows.rowLength()];
    for (int row = 0; row < rows.count(); row++) {
      rows.features().copyTo((long) row * values.length, values, 0, values.length);
      for (int column = 0; column < values.length; column++) {
        int value = Math.round(values[column] * divisor);
        if (value < 0 || value > 255 || features[value] != values[column]) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "a feature cannot be stored as a byte: expected a whole number from 0 to 255,"
                      + " divided by %d, found value=%s in column=%d",
                  divisor,
                  values[column],
                  column));
        }
        bytes[row * values.length + column] = (byte) value;
      }
    }
    return new Features.Bytes(bytes, divisor);
  }
}
