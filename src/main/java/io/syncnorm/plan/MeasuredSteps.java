package io.syncnorm.plan;

import java.util.List;
import java.util.Locale;

/**
 * Steps as measured on a machine, for one or more crowds of ranks.
 *
 * @param machine its name, for the user
 */
public record MeasuredSteps(String machine, int cores, List<Step> steps) {
  public MeasuredSteps {
    steps = List.copyOf(steps);
  }

  /** A step of each rank of a crowd. */
  public record Step(Crowd crowd, StepCost cost) {}

  /** The step that was measured for a world of a cluster. */
  Step of(Cluster cluster, int world) {
    Crowd crowd = cluster.crowd(world, cores);
    return steps.stream()
        .filter(step -> step.crowd().equals(crowd))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "no step was measured for a world: world=%d, expected=%s, found=%s",
                        world,
                        crowd,
                        steps)));
  }

  /**
   * Factor on what was measured for a world, if a core of the cluster has more ranks than a core
   * had here.
   */
  double factor(Cluster cluster, int world) {
    double here = Math.max(1, (double) cluster.crowd(world, cores).ranks() / cores);
    return cluster.ranksPerCore(world) / here;
  }
}
