package io.syncnorm.dl4j;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Sums of loss and hits over rows, of one rank and then of all. */
final class NetworkScore {
  /** {@code [loss, hits, rows]}. */
  private final double[] sums = new double[3];

  /** Where the sums are, to be added up over ranks. */
  double[] sums() {
    return sums;
  }

  void clear() {
    Arrays.fill(sums, 0);
  }

  /**
   * Takes what a network gave.
   *
   * @param output {@code [rows, classes]}: probabilities, or anything else that grows with them, of
   *     which the loss then means nothing
   */
  void add(INDArray output, MultiDataSet batch) {
    float[] probabilities = ArrayValues.floats(output);
    float[] oneHot = ArrayValues.floats(batch.getLabels(0));
    int rows = Math.toIntExact(output.size(0));
    int classes = Math.toIntExact(output.size(1));
    for (int row = 0; row < rows; row++) {
      int label = largest(oneHot, row * classes, classes);
      float own = probabilities[row * classes + label];
      sums[0] -= Math.log(Math.max(own, Float.MIN_VALUE));
      sums[1] += largest(probabilities, row * classes, classes) == label ? 1 : 0;
      sums[2]++;
    }
  }

  /** In nats; NaN without rows. */
  double meanLoss() {
    return sums[0] / sums[2];
  }

  double accuracy() {
    return sums[1] / sums[2];
  }

  private static int largest(float[] values, int from, int length) {
    int best = 0;
    for (int j = 1; j < length; j++) {
      best = values[from + j] > values[from + best] ? j : best;
    }
    return best;
  }
}
