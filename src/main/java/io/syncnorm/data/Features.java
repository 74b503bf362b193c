package io.syncnorm.data;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/**
 * Features in packed form, in memory and when sent: {@linkplain Bytes unsigned bytes}, such as
 * pixels, are divided by 255 when read; numbers of any other type are {@linkplain Floats used
 * unchanged}. Rows are stored one after another. Immutable by contract: arrays are not copied, and
 * the caller must not write to them afterwards.
 */
public sealed interface Features extends Serializable {
  /** The number of values. */
  int length();

  /** Bytes of one value in memory. */
  int bytes();

  /**
   * Copies {@code count} values from index {@code from} as features to {@code into}, starting at
   * index {@code at}. Allocates nothing.
   *
   * @throws IndexOutOfBoundsException when either is too short
   */
  void copyTo(int from, float[] into, int at, int count);

  /**
   * Copies the features of several rows, one after the other, to the beginning of {@code into}.
   * Allocates nothing.
   *
   * @param order row numbers; {@code count} of them, from index {@code from}, are copied
   */
  default void gather(int[] order, int from, int count, int rowLength, float[] into) {
    for (int i = 0; i < count; i++) {
      copyTo(order[from + i] * rowLength, into, i * rowLength, rowLength);
    }
  }

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

  /** Unsigned bytes, four times smaller than the features in [0, 1] they represent. */
  final class Bytes implements Features {
    private static final long serialVersionUID = 1L;
    private static final float[] FEATURE_OF_BYTE = table();
    private static final int CACHE_LINE_BYTES = 64;

    /**
     * The rows of a mini-batch are scattered in memory, so converting one by one waits for memory
     * at each row. Touching several rows first overlaps these waits: a mini-batch of MNIST takes 38
     * us instead of 59. Floats, which are copied without conversion, gain nothing from it.
     */
    private static final int ROWS_TOUCHED_AT_ONCE = 16;

    private final byte[] values;

    @SuppressWarnings("UnusedVariable") // written so that the reads are not optimized away
    private transient int touched;

    public Bytes(byte[] values) {
      this.values = values;
    }

    /** Owned by this object; read only. */
    public byte[] values() {
      return values;
    }

    @Override
    public int length() {
      return values.length;
    }

    @Override
    public int bytes() {
      return Byte.BYTES;
    }

    @Override
    public void copyTo(int from, float[] into, int at, int count) {
      float[] table = FEATURE_OF_BYTE; // A local keeps the load of the field out of the loop.
      for (int i = 0; i < count; i++) {
        into[at + i] = table[values[from + i] & 0xff];
      }
    }

    @Override
    public void gather(int[] order, int from, int count, int rowLength, float[] into) {
      for (int first = 0; first < count; first += ROWS_TOUCHED_AT_ONCE) {
        int end = Math.min(count, first + ROWS_TOUCHED_AT_ONCE);
        for (int i = first; i < end; i++) {
          touch(order[from + i] * rowLength, rowLength);
        }
        for (int i = first; i < end; i++) {
          copyTo(order[from + i] * rowLength, into, i * rowLength, rowLength);
        }
      }
    }

    /** Reads one byte per cache line of a row, which loads the row into the caches. */
    private void touch(int from, int length) {
      int sum = 0;
      for (int i = from; i < from + length; i += CACHE_LINE_BYTES) {
        sum += values[i];
      }
      touched = sum;
    }

    @Override
    public Bytes pick(int[] order, int rowLength) {
      return new Bytes(Features.pick(values, order, rowLength, new byte[order.length * rowLength]));
    }

    private static float[] table() {
      float[] table = new float[256];
      for (int i = 0; i < table.length; i++) {
        table[i] = i / 255f;
      }
      return table;
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
    public int length() {
      return values.length;
    }

    @Override
    public int bytes() {
      return Float.BYTES;
    }

    @Override
    public void copyTo(int from, float[] into, int at, int count) {
      System.arraycopy(values, from, into, at, count);
    }

    @Override
    public Floats pick(int[] order, int rowLength) {
      return new Floats(
          Features.pick(values, order, rowLength, new float[order.length * rowLength]));
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
}
