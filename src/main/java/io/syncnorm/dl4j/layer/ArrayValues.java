package io.syncnorm.dl4j.layer;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies values between ND4J's off-heap arrays of any floating type and Java arrays.
 *
 * <p>Values are copied in blocks, because one call into an off-heap buffer per value would cost
 * more than the arithmetic.
 */
public final class ArrayValues {
  /** Length of the longest array of floats that can be copied: ND4J shows 2^31 - 1 bytes of it. */
  static final int MAX_FLOATS = Integer.MAX_VALUE / Float.BYTES;

  private static final int BLOCK = 2048;

  private ArrayValues() {}

  /**
   * Reads all values of an array in the given order.
   *
   * @param into at least as long as the array
   */
  static void read(INDArray array, char order, double[] into) {
    int length = Math.toIntExact(array.length());
    INDArray source = FeatureLayout.liesInOrder(array, order) ? array : array.dup(order);
    switch (source.dataType()) {
      case FLOAT -> readFloats(source.data().asNioFloat(), length, into);
      case DOUBLE -> source.data().asNioDouble().get(into, 0, length);
      default -> read(source.castTo(DataType.DOUBLE), order, into);
    }
  }

  /** Writes all values of an array in the given order, rounded to the array's type. */
  static void write(double[] values, char order, INDArray array) {
    int length = Math.toIntExact(array.length());
    boolean direct = FeatureLayout.liesInOrder(array, order);
    if (direct && array.dataType() == DataType.FLOAT) {
      writeFloats(values, length, array.data().asNioFloat());
    } else if (direct && array.dataType() == DataType.DOUBLE) {
      DoubleBuffer buffer = array.data().asNioDouble();
      buffer.put(values, 0, length);
    } else {
      INDArray copy = Nd4j.createUninitialized(DataType.DOUBLE, array.shape(), order);
      copy.data().asNioDouble().put(values, 0, length);
      array.assign(copy);
    }
  }

  /** Returns the values of a vector as doubles. */
  static double[] vector(INDArray array) {
    double[] values = new double[Math.toIntExact(array.length())];
    read(array, 'c', values);
    return values;
  }

  /** Returns the values of an array as floats, in order c. */
  public static float[] floats(INDArray array) {
    float[] values = new float[Math.toIntExact(array.length())];
    INDArray floats = array.castTo(DataType.FLOAT);
    INDArray source = FeatureLayout.liesInOrder(floats, 'c') ? floats : floats.dup('c');
    source.data().asNioFloat().get(values);
    return values;
  }

  /** Returns a flat vector in DL4J's shape, {@code [1, length]}. */
  public static INDArray row(float[] values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }

  private static void readFloats(FloatBuffer buffer, int length, double[] into) {
    float[] block = new float[Math.min(BLOCK, length)];
    for (int at = 0; at < length; at += block.length) {
      int count = Math.min(block.length, length - at);
      buffer.get(block, 0, count);
      for (int i = 0; i < count; i++) {
        into[at + i] = block[i];
      }
    }
  }

  private static void writeFloats(double[] values, int length, FloatBuffer buffer) {
    float[] block = new float[Math.min(BLOCK, length)];
    for (int at = 0; at < length; at += block.length) {
      int count = Math.min(block.length, length - at);
      for (int i = 0; i < count; i++) {
        block[i] = (float) values[at + i];
      }
      buffer.put(block, 0, count);
    }
  }
}
