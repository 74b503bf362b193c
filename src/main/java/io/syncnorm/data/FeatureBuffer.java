package io.syncnorm.data;

import java.nio.ByteBuffer;

/**
 * Memory for the features of some rows of one kind. Dense rows may be put in any order, sparse ones
 * only one after another.
 */
public sealed interface FeatureBuffer
    permits FeatureBuffer.ByteRows, FeatureBuffer.FloatRows, SparseBuffer {
  /**
   * Creates memory for features of a shape.
   *
   * @param rows rows for which there is space
   */
  static FeatureBuffer of(Shape shape, int rows) {
    int length = shape.rowLength();
    return switch (shape.kind()) {
      case BYTES -> new ByteRows(length, rows, 1);
      case PIXELS -> new ByteRows(length, rows, 255);
      case FLOATS -> new FloatRows(length, rows);
      case SPARSE -> new SparseBuffer(length, rows, SparseBuffer.valuesOf(rows, shape));
    };
  }

  /**
   * Copies a row.
   *
   * @param into its row in this buffer
   * @param from features of the same kind
   */
  void put(int into, Features from, int row);

  /** Removes all rows; needed for sparse rows only. */
  void clear();

  /** The rows in this buffer, which they share. */
  Features features();

  /** Bytes of the first rows in a file. */
  long bytes(int rows);

  /** Bytes of the arrays, which those of sparse rows outgrow as needed. */
  long memory();

  /** Frees memory beyond that of the rows. */
  default void trim() {}

  /** Writes the first rows. */
  void write(int rows, ByteBuffer out);

  /** Reads rows, which are put from row {@code into} on. */
  void read(ByteBuffer in, int into, int rows);

  /** Dense rows of bytes. */
  final class ByteRows implements FeatureBuffer {
    private final int length;
    private final byte[] values;
    private final Features.Bytes features;

    ByteRows(int length, int rows, int divisor) {
      this.length = length;
      this.values = new byte[Math.multiplyExact(length, rows)];
      this.features = new Features.Bytes(values, divisor);
    }

    @Override
    public void put(int into, Features from, int row) {
      byte[] source = ((Features.Bytes) from).values();
      System.arraycopy(source, row * length, values, into * length, length);
    }

    @Override
    public void clear() {}

    @Override
    public Features features() {
      return features;
    }

    @Override
    public long bytes(int rows) {
      return (long) rows * length;
    }

    @Override
    public long memory() {
      return values.length;
    }

    @Override
    public void write(int rows, ByteBuffer out) {
      out.put(values, 0, rows * length);
    }

    @Override
    public void read(ByteBuffer in, int into, int rows) {
      in.get(values, into * length, rows * length);
    }
  }

  /** Dense rows of floats. */
  final class FloatRows implements FeatureBuffer {
    private final int length;
    private final float[] values;
    private final Features.Floats features;

    FloatRows(int length, int rows) {
      this.length = length;
      this.values = new float[Math.multiplyExact(length, rows)];
      this.features = new Features.Floats(values);
    }

    @Override
    public void put(int into, Features from, int row) {
      from.copyTo((long) row * length, values, into * length, length);
    }

    @Override
    public void clear() {}

    @Override
    public Features features() {
      return features;
    }

    @Override
    public long bytes(int rows) {
      return (long) Float.BYTES * rows * length;
    }

    @Override
    public long memory() {
      return (long) Float.BYTES * values.length;
    }

    @Override
    public void write(int rows, ByteBuffer out) {
      out.asFloatBuffer().put(values, 0, rows * length);
      out.position(out.position() + Float.BYTES * rows * length);
    }

    @Override
    public void read(ByteBuffer in, int into, int rows) {
      in.asFloatBuffer().get(values, into * length, rows * length);
      in.position(in.position() + Float.BYTES * rows * length);
    }
  }
}
