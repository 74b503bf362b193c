package io.syncnorm.dl4j.layer;

import io.syncnorm.nn.Moments;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.RankReduction.Direction;
import java.util.Arrays;

/**
 * The arithmetic of a synchronized layer in one step, in double: normalization with the values of
 * all ranks, and the gradient through it (Ioffe and Szegedy 2015, algorithm 1).
 *
 * <pre>
 * forward   mean, biasedVariance = moments of the N values of each feature, over all ranks
 *           xhat = (x - mean) / sqrt(biasedVariance + epsilon);  y = gamma * xhat + beta
 * backward  s1 = sum dy, s2 = sum dy * xhat, over the values of all ranks
 *           dx = gamma / sqrt(biasedVariance + epsilon) * (dy - s1 / N - xhat * s2 / N)
 * </pre>
 *
 * <p>dx is the gradient of the <i>summed</i> loss of all ranks. DL4J's layers also pass gradients
 * of a mini-batch's summed loss, and divide by its rows only in the updater. Sums over ranks with
 * unequal batches are therefore consistent, and merging with rows as weights gives the mean.
 *
 * <p>Call order: {@link #input}, {@link #normalize}, {@link #scaled}, then {@link #outputGradient},
 * {@link #sum}, {@link #inputGradient}. Returned arrays belong to this object, hold at least as
 * many values as the layout, and are overwritten by the next call. Between the passes it keeps xhat
 * with 8 bytes per value, and as much again for y and dy; DL4J's own layer uses two float arrays
 * for these.
 */
final class GlobalNormalization {
  private final int features;
  private final double epsilon;
  private final double[] moments;
  private final double[] sums;
  private final double[] inverseStd;
  private final double[] factor;
  private final double[] offset;
  private final double[] xhatFactor;
  private double[] xhat = {};
  private double[] work = {};
  private FeatureLayout layout;

  GlobalNormalization(int features, double epsilon) {
    this.features = features;
    this.epsilon = epsilon;
    this.moments = new double[Moments.packedLength(features)];
    this.sums = new double[2 * features];
    this.inverseStd = new double[features];
    this.factor = new double[features];
    this.offset = new double[features];
    this.xhatFactor = new double[features];
  }

  /** Returns the array for the values x of a step. */
  double[] input(FeatureLayout stepLayout) {
    layout = stepLayout;
    xhat = atLeast(xhat, layout.length());
    return xhat;
  }

  /** Computes xhat from x with the moments of all ranks. */
  void normalize(int layer, RankReduction reduction) {
    FeatureLoops.moments(xhat, layout, moments);
    reduction.reduce(layer, Direction.FORWARD, moments, Moments::merge);
    for (int f = 0; f < features; f++) {
      inverseStd[f] = 1 / Math.sqrt(biasedVariance(f) + epsilon);
      offset[f] = -mean(f) * inverseStd[f];
    }
    FeatureLoops.affine(xhat, layout, inverseStd, offset, xhat);
  }

  /** Returns y. */
  double[] scaled(double[] gamma, double[] beta) {
    work = atLeast(work, layout.length());
    FeatureLoops.affine(xhat, layout, gamma, beta, work);
    return work;
  }

  /** Returns the array for the gradient dy, in the order of {@link #layout}. */
  double[] outputGradient() {
    work = atLeast(work, layout.length());
    return work;
  }

  /**
   * Returns this rank's own {@code [sum dy_0.., sum dy_0 * xhat_0..]}: the gradients of beta and
   * gamma, which stay local until models are merged.
   */
  double[] sum() {
    FeatureLoops.gradientSums(work, xhat, layout, sums);
    return sums.clone();
  }

  /** Returns dx. */
  double[] inputGradient(double[] gamma, int layer, RankReduction reduction) {
    reduction.reduce(layer, Direction.BACKWARD, sums, RankReduction.SUM);
    for (int f = 0; f < features; f++) {
      factor[f] = gamma[f] * inverseStd[f];
      offset[f] = -factor[f] * sums[f] / count();
      xhatFactor[f] = -factor[f] * sums[features + f] / count();
    }
    FeatureLoops.inputGradient(work, xhat, layout, factor, offset, xhatFactor);
    layout = null;
    return work;
  }

  /** Forward pass of a rank without rows: receives the moments of the other ranks. */
  void forwardWithoutRows(int layer, RankReduction reduction) {
    Arrays.fill(moments, 0);
    reduction.reduce(layer, Direction.FORWARD, moments, Moments::merge);
  }

  /** Backward pass of a rank without rows: contributes zeros to the sums. */
  void backwardWithoutRows(int layer, RankReduction reduction) {
    Arrays.fill(sums, 0);
    reduction.reduce(layer, Direction.BACKWARD, sums, RankReduction.SUM);
  }

  /** Returns the layout between {@link #input} and {@link #inputGradient}; null at other times. */
  FeatureLayout layout() {
    return layout;
  }

  /**
   * Returns N, the number of values per feature over all ranks in the last step; 0 if no rank had
   * rows.
   */
  double count() {
    return moments[0];
  }

  double mean(int feature) {
    return moments[1 + feature];
  }

  double biasedVariance(int feature) {
    return moments[1 + features + feature] / count();
  }

  private static double[] atLeast(double[] array, int length) {
    return array.length >= length ? array : new double[length];
  }
}
