package io.syncnorm.report;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/** Measurements of the same thing, one for each seed. Ratios whose denominator is zero are NaN. */
public record Sample(double[] values) {
  private static final double CONFIDENCE = 0.95;

  public int count() {
    return values.length;
  }

  public double mean() {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** Of the population, by n - 1; NaN for fewer than two. */
  public double standardDeviation() {
    double mean = mean();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
  }

  /**
   * Half the width of the 95 % confidence interval of the mean, by Student's t with n - 1 degrees
   * of freedom; NaN for fewer than two.
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
