package io.syncnorm.report;

import java.util.List;
import java.util.Objects;

/**
 * Another library's learner on the same data, to measure ours by.
 *
 * @param name what outputs call it
 * @param points one or more trainings of it, from the shortest to the longest
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
