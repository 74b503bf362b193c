package io.syncnorm.data;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/**
 * Features as they rest and travel, packed: {@linkplain Bytes unsigned bytes}, such as pixels, are
 * divided by 255, numbers of any other type are {@linkplain Floats taken as they are}. Rows lie one
 * after another. Immutable by contract: arrays are not copied, the caller gives them away, and no
 * one writes to them any more.
 */
public sealed interface Features extends Serializable {
  /** The number of values. */
  int length();

  /** Bytes of one value in memory. */
  int bytes();

  /**
   * Writes {@code count} values from {@code from} on as features from {@code into[at]} on.
   * Allocates nothing.
   *
   * @throws IndexOutOfBoundsException when either is too short
   */
  void copyTo(int from, float[] into, int at, int count);

  /**
   * Writes the features of several rows, one after the other from {@code into[0]} on. Allocates
   * nothing.
   *
   * @param order the rows' numbers, of which {@code count} from {@code from} on are meant
   */
  default void gather(int[] order, int from, int count, int rowLength, float[] into) {
    for (int i = 0; i < count; i++) {
      copyTo(order[from + i] * rowLength, into, i * rowLength, rowLength);
    }
  }

  /**
   * A copy of some rows.
   *
   * @param order their numbers, in the order that the copy has
   */
  Features pick(int[] order, int rowLength);

  /** Copies rows out of one array of values into another, which it returns. */
  private static <A> A pick(A from, int[] order, int rowLength, A into) {
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(from, order[i] * rowLength, into, i * rowLength, rowLength);
    }
    return into;
  }

  /** Unsigned bytes, four times smaller than the features in [0, 1] that are made of them. */
  final class Bytes implements Features {
    private static final long serialVersionUID = 1L;
    private static final float[] FEATURE_OF_BYTE = table();
    private static final int CACHE_LINE_BYTES = 64;

    /**
     * Rows lie in random order in memory, and converting one by one waits for each. Waits for so
     * many overlap: a mini-batch of MNIST takes 38 us instead of 59. Floats, which are copied and
     * not converted, gain nothing from it.
     */
    private static final int ROWS_TOUCHED_AT_ONCE = 16;

    private final byte[] values;

    @SuppressWarnings("UnusedVariable") // written, so that the reading is not optimized away
    private transient int touched;

    public Bytes(byte[] values) {
      this.values = values;
    }

    /** Owned by this object: read only. */
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

    /** Reads a little everywhere in a row, which brings it into the processor's caches. */
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

  /** Numbers in single precision, which are features already. */
  final class Floats implements Features {
    private static final long serialVersionUID = 1L;

    private transient float[] values;

    public Floats(float[] values) {
      this.values = values;
    }

    /** Owned by this object: read only. */
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

    /** As bytes: Java writes an array of bytes as a whole, and one of floats each for itself. */
    private void writeObject(ObjectOutputStream out) throws IOException {
      out.writeInt(values.length);
      FloatCodec.write(out, values);
    }

    private void readObject(ObjectInputStream in) throws IOException {
      values = FloatCodec.read(in, in.readInt());
    }
  }
}
