package io.syncnorm.plan;

import java.util.List;
import java.util.Locale;

/**
 * What a step costs a rank, without exchanges between executors: {@code secondsPerStep +
 * secondsPerRow * rows}.
 *
 * @param mergeSeconds what a merge costs a rank, without the network
 */
public record StepCost(double secondsPerStep, double secondsPerRow, double mergeSeconds) {
  /**
   * A measured step.
   *
   * @param rows of a rank's mini-batch
   */
  record Point(long rows, double seconds) {}

  /**
   * @throws IllegalArgumentException if a time is negative, or rows cost nothing
   */
  public StepCost {
    if (!(secondsPerStep >= 0 && secondsPerRow > 0 && mergeSeconds >= 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a step takes time, and more with more rows: secondsPerStep=%s secondsPerRow=%s mergeSeconds=%s",
              secondsPerStep,
              secondsPerRow,
              mergeSeconds));
    }
  }

  /**
   * The line through measured steps with the least squares of relative errors. It begins at the
   * origin if the times grow faster than the rows, or do not grow, which is noise.
   */
  static StepCost fit(List<Point> points, double mergeSeconds) {
    double uu = 0;
    double uv = 0;
    double vv = 0;
    double u = 0;
    double v = 0;
    for (Point point : points) {
      double byStep = 1 / point.seconds();
      double byRow = point.rows() / point.seconds();
      uu += byStep * byStep;
      uv += byStep * byRow;
      vv += byRow * byRow;
      u += byStep;
      v += byRow;
    }
    double determinant = uu * vv - uv * uv;
    double perStep = (u * vv - v * uv) / determinant;
    double perRow = (v * uu - u * uv) / determinant;
    return perStep >= 0 && perRow > 0
        ? new StepCost(perStep, perRow, mergeSeconds)
        : new StepCost(0, v / vv, mergeSeconds);
  }

  /** Seconds of a step with a mini-batch of so many rows on each rank. */
  double seconds(long rows) {
    return secondsPerStep + secondsPerRow * rows;
  }

  /** The fewest rows with which a step takes at least so long. */
  long rowsFor(double seconds) {
    return Math.max(1, (long) Math.ceil((seconds - secondsPerStep) / secondsPerRow));
  }
}
