package io.syncnorm.dl4j.layer;

import java.util.Arrays;

/**
 * The loops over all values of an activation array, feature by feature.
 *
 * <p>Each loop has two forms: run by run where a feature's values are adjacent, and row by row
 * where features are adjacent. Sums over runs use four accumulators, because a single one would
 * wait for its previous addition. The order of additions is fixed nevertheless.
 */
final class FeatureLoops {
  private FeatureLoops() {}

  /**
   * Computes the moments of every feature in two passes, packed as in {@link
   * io.syncnorm.nn.Moments}.
   */
  static void moments(double[] x, FeatureLayout layout, double[] packed) {
    int features = layout.features();
    int count = layout.valuesPerFeature();
    Arrays.fill(packed, 0);
    packed[0] = count;
    for (int o = 0, at = 0; o < layout.outer(); o++) {
      if (layout.inner() == 1) {
        addRow(x, at, features, packed, 1);
        at += features;
      } else {
        for (int f = 0; f < features; f++, at += layout.inner()) {
          packed[1 + f] += sum(x, at, layout.inner());
        }
      }
    }
    for (int f = 0; f < features; f++) {
      packed[1 + f] /= count;
    }
    for (int o = 0, at = 0; o < layout.outer(); o++) {
      if (layout.inner() == 1) {
        addSquaredDeviations(x, at, features, packed);
        at += features;
      } else {
        for (int f = 0; f < features; f++, at += layout.inner()) {
          packed[1 + features + f] += squaredDeviations(x, at, layout.inner(), packed[1 + f]);
        }
      }
    }
  }

  /**
   * Computes {@code y = factor * x + offset}, with one factor and offset per feature; y may be x.
   */
  static void affine(
      double[] x, FeatureLayout layout, double[] factor, double[] offset, double[] y) {
    int features = layout.features();
    for (int o = 0, at = 0; o < layout.outer(); o++) {
      if (layout.inner() == 1) {
        for (int f = 0; f < features; f++) {
          y[at + f] = factor[f] * x[at + f] + offset[f];
        }
        at += features;
      } else {
        for (int f = 0; f < features; f++, at += layout.inner()) {
          affineRun(x, at, layout.inner(), factor[f], offset[f], y);
        }
      }
    }
  }

  /** Computes {@code [sum dy_0.., sum dy_0 * xhat_0..]}. */
  static void gradientSums(double[] dy, double[] xhat, FeatureLayout layout, double[] sums) {
    int features = layout.features();
    Arrays.fill(sums, 0);
    for (int o = 0, at = 0; o < layout.outer(); o++) {
      if (layout.inner() == 1) {
        addRow(dy, at, features, sums, 0);
        addProducts(dy, xhat, at, features, sums);
        at += features;
      } else {
        for (int f = 0; f < features; f++, at += layout.inner()) {
          sums[f] += sum(dy, at, layout.inner());
          sums[features + f] += dot(dy, xhat, at, layout.inner());
        }
      }
    }
  }

  /** Computes {@code dy = factor * dy + offset + xhatFactor * xhat} in place. */
  static void inputGradient(
      double[] dy,
      double[] xhat,
      FeatureLayout layout,
      double[] factor,
      double[] offset,
      double[] xhatFactor) {
    int features = layout.features();
    for (int o = 0, at = 0; o < layout.outer(); o++) {
      if (layout.inner() == 1) {
        for (int f = 0; f < features; f++) {
          dy[at + f] = factor[f] * dy[at + f] + offset[f] + xhatFactor[f] * xhat[at + f];
        }
        at += features;
      } else {
        for (int f = 0; f < features; f++, at += layout.inner()) {
          gradientRun(dy, xhat, at, layout.inner(), factor[f], offset[f], xhatFactor[f]);
        }
      }
    }
  }

  private static void addRow(double[] x, int at, int features, double[] into, int from) {
    for (int f = 0; f < features; f++) {
      into[from + f] += x[at + f];
    }
  }

  private static void addSquaredDeviations(double[] x, int at, int features, double[] packed) {
    for (int f = 0; f < features; f++) {
      double deviation = x[at + f] - packed[1 + f];
      packed[1 + features + f] += deviation * deviation;
    }
  }

  private static void addProducts(double[] dy, double[] xhat, int at, int features, double[] sums) {
    for (int f = 0; f < features; f++) {
      sums[features + f] += dy[at + f] * xhat[at + f];
    }
  }

  private static double sum(double[] x, int from, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (int end = from + length - 3; i < end; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (; i < from + length; i++) {
      a += x[i];
    }
    return a + b + (c + d);
  }

  private static double squaredDeviations(double[] x, int from, int length, double mean) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (int end = from + length - 3; i < end; i += 4) {
      a += (x[i] - mean) * (x[i] - mean);
      b += (x[i + 1] - mean) * (x[i + 1] - mean);
      c += (x[i + 2] - mean) * (x[i + 2] - mean);
      d += (x[i + 3] - mean) * (x[i + 3] - mean);
    }
    for (; i < from + length; i++) {
      a += (x[i] - mean) * (x[i] - mean);
    }
    return a + b + (c + d);
  }

  private static double dot(double[] x, double[] y, int from, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (int end = from + length - 3; i < end; i += 4) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
    }
    for (; i < from + length; i++) {
      a += x[i] * y[i];
    }
    return a + b + (c + d);
  }

  private static void affineRun(
      double[] x, int from, int length, double factor, double offset, double[] y) {
    for (int i = from; i < from + length; i++) {
      y[i] = factor * x[i] + offset;
    }
  }

  private static void gradientRun(
      double[] dy,
      double[] xhat,
      int from,
      int length,
      double factor,
      double offset,
      double xhatFactor) {
    for (int i = from; i < from + length; i++) {
      dy[i] = factor * dy[i] + offset + xhatFactor * xhat[i];
    }
  }
}
