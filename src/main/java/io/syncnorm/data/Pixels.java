package io.syncnorm.data;

/**
 * The values of images as they rest, and how they become features: {@linkplain Bytes unsigned
 * bytes} are divided by 255, numbers of any other type are {@linkplain Floats taken as they are}.
 */
public sealed interface Pixels {
  /** Unsigned bytes, owned by this object: read only. */
  record Bytes(byte[] values) implements Pixels {
    @Override
    public int length() {
      return values.length;
    }

    @Override
    public int bytes() {
      return Byte.BYTES;
    }

    @Override
    public void toFeatures(int from, float[] features, int to, int count) {
      PixelScale.toFeatures(values, from, features, to, count);
    }

    @Override
    public Rows rows(int[] order, int rowLength, byte[] labels) {
      byte[] picked = new byte[order.length * rowLength];
      for (int i = 0; i < order.length; i++) {
        System.arraycopy(values, order[i] * rowLength, picked, i * rowLength, rowLength);
      }
      return new PixelRows(rowLength, picked, labels);
    }
  }

  /** Numbers in single precision, which are features already; owned by this object: read only. */
  record Floats(float[] values) implements Pixels {
    @Override
    public int length() {
      return values.length;
    }

    @Override
    public int bytes() {
      return Float.BYTES;
    }

    @Override
    public void toFeatures(int from, float[] features, int to, int count) {
      System.arraycopy(values, from, features, to, count);
    }

    @Override
    public Rows rows(int[] order, int rowLength, byte[] labels) {
      float[] picked = new float[order.length * rowLength];
      for (int i = 0; i < order.length; i++) {
        System.arraycopy(values, order[i] * rowLength, picked, i * rowLength, rowLength);
      }
      int[] classes = new int[labels.length];
      for (int i = 0; i < labels.length; i++) {
        classes[i] = labels[i] & 0xff;
      }
      return new FloatRows(rowLength, picked, classes);
    }
  }

  /** The number of values. */
  int length();

  /** Bytes of one value in memory. */
  int bytes();

  /**
   * Converts {@code count} values from {@code from} on to features from {@code features[to]} on.
   *
   * @throws IndexOutOfBoundsException when either is too short
   */
  void toFeatures(int from, float[] features, int to, int count);

  /**
   * A copy of some rows, in a given order.
   *
   * @param order numbers of the rows
   * @param labels unsigned bytes, one for each of them in that order; given away
   */
  Rows rows(int[] order, int rowLength, byte[] labels);
}
