package io.syncnorm.report;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/** Repeated measurements of one quantity, one per seed. Ratios with a zero denominator are NaN. */
public record Sample(double[] values) {
  private static final double CONFIDENCE = 0.95;

  public int count() {
    return values.length;
  }

  public double mean() {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** The sample standard deviation, with n - 1; NaN for fewer than two values. */
  public double standardDeviation() {
    double mean = mean();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
  }

  /**
   * Half the width of the 95 % confidence interval of the mean, by Student's t with n - 1 degrees
   * of freedom; NaN for fewer than two values.
   */
  public double confidence() {
    if (values.length < 2) {
      return Double.NaN;
    }
    double t =
        new TDistribution(null, values.length - 1.0)
            .inverseCumulativeProbability((1 + CONFIDENCE) / 2);
    return t * standardDeviation() / Math.sqrt(values.length);
  }
}
