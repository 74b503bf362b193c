package io.syncnorm.data;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;

/**
 * Features in packed form, in memory and when sent: {@linkplain Bytes unsigned bytes}, such as
 * pixels, {@linkplain Floats floats}, or the {@linkplain Sparse nonzero values} of wide rows. Rows
 * are stored one after another. Immutable by contract: arrays are not copied, and the caller must
 * not write to them afterwards.
 */
public sealed interface Features extends Serializable {
  /** The number of values, including the zeros of sparse rows. */
  long length();

  /** Bytes of all values in memory. */
  long storedBytes();

  /**
   * Copies {@code count} values from index {@code from} as features to {@code into}, starting at
   * index {@code at}. Allocates nothing.
   *
   * @throws IndexOutOfBoundsException when either is too short
   */
  void copyTo(long from, float[] into, int at, int count);

  /** Loads values into the processor's caches, if that makes copying scattered rows faster. */
  default void touch(long from, int count) {}

  /**
   * Returns a copy of some rows.
   *
   * @param order row numbers, in the order of the copy
   */
  Features pick(int[] order, int rowLength);

  /** Copies rows out of one array of values into another, which it returns. */
  private static <A> A pick(A from, int[] order, int rowLength, A into) {
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(from, order[i] * rowLength, into, i * rowLength, rowLength);
    }
    return into;
  }

  /** Unsigned bytes, four times smaller than the features they represent. */
  final class Bytes implements Features {
    private static final long serialVersionUID = 1L;
    private static final int PIXEL = 255;
    private static final float[] PIXELS = quotients(PIXEL);
    private static final float[] WHOLE_NUMBERS = quotients(1);
    private static final int CACHE_LINE_BYTES = 64;

    private final byte[] values;
    private final int divisor;

    @SuppressWarnings("UnusedVariable") // written so that the reads are not optimized away
    private transient int touched;

    /** Creates features from 0 to 1: each byte is divided by 255. */
    public Bytes(byte[] values) {
      this(values, PIXEL);
    }

    /**
     * Creates features that are bytes divided by a number.
     *
     * @param divisor 255 for features from 0 to 1, or 1 for whole numbers
     */
    public Bytes(byte[] values, int divisor) {
      if (divisor != PIXEL && divisor != 1) {
        throw new IllegalArgumentException("divisor must be 1 or 255, found divisor=" + divisor);
      }
      this.values = values;
      this.divisor = divisor;
    }

    /** Owned by this object; read only. */
    public byte[] values() {
      return values;
    }

    /** A feature is a byte divided by this number. */
    public int divisor() {
      return divisor;
    }

    @Override
    public long length() {
      return values.length;
    }

    @Override
    public long storedBytes() {
      return values.length;
    }

    @Override
    public void copyTo(long from, float[] into, int at, int count) {
      float[] table =
          featureOfByte(divisor); // A local keeps the load of the field out of the loop.
      int first = Math.toIntExact(from);
      for (int i = 0; i < count; i++) {
        into[at + i] = table[values[first + i] & 0xff];
      }
    }

    /** Reads one byte per cache line. */
    @Override
    public void touch(long from, int count) {
      int first = Math.toIntExact(from);
      int sum = 0;
      for (int i = first; i < first + count; i += CACHE_LINE_BYTES) {
        sum += values[i];
      }
      touched = sum;
    }

    @Override
    public Bytes pick(int[] order, int rowLength) {
      byte[] picked = new byte[Math.multiplyExact(order.length, rowLength)];
      return new Bytes(Features.pick(values, order, rowLength, picked), divisor);
    }

    /** The feature of each byte. */
    public static float[] featureOfByte(int divisor) {
      return divisor == PIXEL ? PIXELS : WHOLE_NUMBERS;
    }

    private static float[] quotients(int divisor) {
      float[] quotients = new float[256];
      for (int i = 0; i < quotients.length; i++) {
        quotients[i] = i / (float) divisor;
      }
      return quotients;
    }
  }

  /** Numbers in single precision, used as features without conversion. */
  final class Floats implements Features {
    private static final long serialVersionUID = 1L;

    private transient float[] values;

    public Floats(float[] values) {
      this.values = values;
    }

    /** Owned by this object; read only. */
    public float[] values() {
      return values;
    }

    @Override
    public long length() {
      return values.length;
    }

    @Override
    public long storedBytes() {
      return (long) Float.BYTES * values.length;
    }

    @Override
    public void copyTo(long from, float[] into, int at, int count) {
      System.arraycopy(values, Math.toIntExact(from), into, at, count);
    }

    @Override
    public Floats pick(int[] order, int rowLength) {
      float[] picked = new float[Math.multiplyExact(order.length, rowLength)];
      return new Floats(Features.pick(values, order, rowLength, picked));
    }

    /**
     * Writes the values as bytes: Java writes a byte array in one piece, but a float array one
     * element at a time.
     */
    private void writeObject(ObjectOutputStream out) throws IOException {
      out.writeInt(values.length);
      FloatCodec.write(out, values);
    }

    private void readObject(ObjectInputStream in) throws IOException {
      values = FloatCodec.read(in, in.readInt());
    }
  }

  /**
   * The nonzero values of wide rows, in compressed form (CSR): row {@code i} has {@code values[k]}
   * in {@code columns[k]} for {@code rowStarts[i] <= k < rowStarts[i + 1]}, and 0 in all other
   * columns.
   */
  final class Sparse implements Features {
    private static final long serialVersionUID = 1L;

    private final int rowLength;
    private final int rows;
    private final int[] rowStarts;
    private final int[] columns;
    private transient float[] values;

    /**
     * Creates sparse rows.
     *
     * @param rowLength columns of a row
     * @param rowStarts where each row's values start, from 0 on, then where the last row's end
     *     {@code [rows + 1]}
     * @param columns the column of each value, in increasing order within a row
     * @throws IllegalArgumentException if the arrays do not describe rows of this length
     */
    public Sparse(int rowLength, int[] rowStarts, int[] columns, float[] values) {
      this(rowLength, rowStarts.length - 1, rowStarts, columns, values);
      SparseBuffer.requireValid(rowLength, rowStarts, columns, values);
    }

    /** Creates rows from the beginning of arrays that may be longer; checks nothing. */
    Sparse(int rowLength, int rows, int[] rowStarts, int[] columns, float[] values) {
      this.rowLength = rowLength;
      this.rows = rows;
      this.rowStarts = rowStarts;
      this.columns = columns;
      this.values = values;
    }

    /** Where each row's values start, then where the last row's end. Read only. */
    public int[] rowStarts() {
      return rowStarts;
    }

    /** The column of each value. Read only. */
    public int[] columns() {
      return columns;
    }

    /** The values, row by row. Read only. */
    public float[] values() {
      return values;
    }

    @Override
    public long length() {
      return (long) rows * rowLength;
    }

    @Override
    public long storedBytes() {
      return (long) Integer.BYTES * (rows + 1)
          + (long) (Integer.BYTES + Float.BYTES) * rowStarts[rows];
    }

    @Override
    public void copyTo(long from, float[] into, int at, int count) {
      Objects.checkFromIndexSize(from, count, length());
      Arrays.fill(into, at, at + count, 0f);
      for (long row = from / rowLength; row * rowLength < from + count; row++) {
        long offset = row * rowLength - from;
        for (int k = rowStarts[(int) row]; k < rowStarts[(int) row + 1]; k++) {
          long i = offset + columns[k];
          if (i >= 0 && i < count) {
            into[at + (int) i] = values[k];
          }
        }
      }
    }

    @Override
    public Sparse pick(int[] order, int rowLength) {
      SparseBuffer picked = new SparseBuffer(rowLength, order.length, 0);
      for (int row : order) {
        picked.add(this, row);
      }
      return picked.copy();
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      out.writeInt(values.length);
      FloatCodec.write(out, values);
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      values = FloatCodec.read(in, in.readInt());
    }
  }
}
