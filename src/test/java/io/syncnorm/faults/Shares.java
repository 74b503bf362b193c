package io.syncnorm.faults;

import java.util.List;

/** Computes from {@code metrics.csv} the fraction of an epoch that a moment takes. */
final class Shares {
  private Shares() {}

  static double of(Moment moment, List<String> metrics) {
    double steps = sum(metrics, "compute") + sum(metrics, "sync") + sum(metrics, "wait");
    double merging = sum(metrics, "average");
    double all = sum(metrics, "");
    return switch (moment) {
      case STEP -> steps / all;
      case AVERAGING -> merging / all;
      case EVALUATION -> 1 - (steps + merging) / all;
      case START, END -> 0;
    };
  }

  /** Returns the time of all epochs. */
  static double seconds(List<String> metrics) {
    return sum(metrics, "");
  }

  private static double sum(List<String> metrics, String part) {
    String name = part.isEmpty() ? "seconds" : part + "_seconds";
    int column = List.of(metrics.get(0).split(",", -1)).indexOf(name);
    return metrics.stream()
        .skip(1)
        .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[column]))
        .sum();
  }
}
