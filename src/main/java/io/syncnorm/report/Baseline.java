package io.syncnorm.report;

import java.util.List;
import java.util.Objects;

/**
 * A learner of another library on the same data, for comparison.
 *
 * @param name shown in the outputs
 * @param points one or more trainings, from shortest to longest
 */
public record Baseline(String name, List<Point> points) {

  /**
   * One training, from scratch.
   *
   * @param iterations passes over the data
   * @param seconds wall time of the training alone
   * @param testAccuracy fraction 0..1 of the test images
   */
  public record Point(int iterations, double seconds, double testAccuracy) {}

  public Baseline {
    Objects.requireNonNull(name, "name");
    points = List.copyOf(points);
  }
}
