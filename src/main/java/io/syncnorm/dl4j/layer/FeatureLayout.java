package io.syncnorm.dl4j.layer;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The memory layout of an activation array by features: value {@code i} of feature {@code f} in
 * block {@code o} is at {@code (o * features + f) * inner + i}.
 *
 * <pre>
 * [rows, features]                      order c: [rows][features][1]
 * [rows, features]                      order f: [1][features][rows]
 * [rows, height, width, features]       order c: [rows * height * width][features][1]
 * [rows, features, height, width]       order c: [rows][features][height * width]
 * [rows, features, time]                order f: [time][features][rows]
 * </pre>
 *
 * <p>With it, one pair of loops handles every kind of input.
 *
 * @param order {@code 'c'} or {@code 'f'}: the order in which an array is read and written
 */
record FeatureLayout(char order, int outer, int features, int inner) {

  /**
   * Returns the layout of an array that is read in the given order.
   *
   * @param axis the dimension of the features
   */
  static FeatureLayout of(INDArray array, int axis, char order) {
    long before = product(array.shape(), 0, axis);
    long after = product(array.shape(), axis + 1, array.rank());
    long outer = order == 'c' ? before : after;
    long inner = order == 'c' ? after : before;
    return new FeatureLayout(
        order, Math.toIntExact(outer), Math.toIntExact(array.size(axis)), Math.toIntExact(inner));
  }

  /**
   * Returns the order in which an array can be read without a copy, or c if it must be copied
   * first.
   */
  static char orderOf(INDArray array) {
    return !liesInOrder(array, 'c') && liesInOrder(array, 'f') ? 'f' : 'c';
  }

  /** Returns whether the values are contiguous in that order. */
  static boolean liesInOrder(INDArray array, char order) {
    long[] shape = array.shape();
    long stride = 1;
    for (int k = 0; k < shape.length; k++) {
      int dimension = order == 'c' ? shape.length - 1 - k : k;
      if (shape[dimension] != 1 && array.stride(dimension) != stride) {
        return false;
      }
      stride *= shape[dimension];
    }
    return true;
  }

  /** Returns the total number of values. */
  int length() {
    return Math.multiplyExact(valuesPerFeature(), features);
  }

  /** Returns the number of values in a feature's statistics: rows times positions. */
  int valuesPerFeature() {
    return Math.multiplyExact(outer, inner);
  }

  private static long product(long[] shape, int from, int to) {
    return Arrays.stream(shape, from, to).reduce(1, Math::multiplyExact);
  }
}
