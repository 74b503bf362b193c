package io.syncnorm.plan;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import java.util.SplittableRandom;

/** Random rows of a shape, which cost a step as much as real ones. */
final class SyntheticRows {
  private static final long SEED = 42;
  private static final int BYTES_OF_NONZERO = Integer.BYTES + Float.BYTES;

  private SyntheticRows() {}

  /**
   * Creates rows.
   *
   * @param shape whose number of rows is created, without weights
   */
  static Rows of(Shape shape, int classes) {
    SplittableRandom random = new SplittableRandom(SEED);
    int count = Math.toIntExact(shape.rows());
    int[] labels = random.ints(count, 0, classes).toArray();
    Features features =
        switch (shape.kind()) {
          case PIXELS -> new Features.Bytes(bytes(random, count, shape.rowLength()));
          case BYTES -> new Features.Bytes(bytes(random, count, shape.rowLength()), 1);
          case FLOATS -> new Features.Floats(floats(random, count, shape.rowLength()));
          case SPARSE -> sparse(random, count, shape);
        };
    return new Rows(shape.rowLength(), features, labels);
  }

  /** The values that a row has on average; the zeros of sparse rows do not count. */
  static int valuesOfRow(Shape shape) {
    long values =
        shape.kind() == Shape.Kind.SPARSE
            ? shape.averageBytes() / BYTES_OF_NONZERO
            : shape.rowLength();
    return (int) Math.max(1, Math.min(shape.rowLength(), values));
  }

  private static byte[] bytes(SplittableRandom random, int rows, int rowLength) {
    byte[] values = new byte[Math.multiplyExact(rows, rowLength)];
    random.nextBytes(values);
    return values;
  }

  private static float[] floats(SplittableRandom random, int rows, int rowLength) {
    float[] values = new float[Math.multiplyExact(rows, rowLength)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  /** Draws each value of a row from a section of the columns that is its own. */
  private static Features sparse(SplittableRandom random, int rows, Shape shape) {
    int perRow = valuesOfRow(shape);
    int[] rowStarts = new int[rows + 1];
    int[] columns = new int[Math.multiplyExact(rows, perRow)];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < perRow; i++) {
        int first = (int) ((long) i * shape.rowLength() / perRow);
        int end = (int) ((i + 1L) * shape.rowLength() / perRow);
        columns[row * perRow + i] = random.nextInt(first, end);
      }
      rowStarts[row + 1] = (row + 1) * perRow;
    }
    return new Features.Sparse(shape.rowLength(), rowStarts, columns, floats(random, rows, perRow));
  }
}
