package io.syncnorm.cli;

import io.syncnorm.cli.process.TextTable;
import io.syncnorm.plan.PlanResult;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Formats what a cluster would bring for a terminal. */
final class ScalingTable {
  private ScalingTable() {}

  static String of(PlanResult result) {
    TextTable table =
        new TextTable(
            "ranks",
            "executors",
            "batch",
            "step ms",
            "exchange ms",
            "merge ms",
            "epoch s",
            "efficiency",
            "batch for 90 %",
            "KB a step",
            "executor MB");
    result.worlds().forEach(world -> table.add(row(world)));
    return steps(result) + network(result.cluster()) + table.text();
  }

  private static String network(PlanResult.Machines cluster) {
    return String.format(
        Locale.ROOT,
        "the network%s: a message takes %.1f us and %.1f us of work, %.2f Gb/s%n",
        cluster.measuredBetween().isEmpty() ? "" : " between " + cluster.measuredBetween(),
        1e6 * (cluster.latencySeconds() - cluster.overheadSeconds()),
        1e6 * cluster.overheadSeconds(),
        8e-9 * cluster.bytesPerSecond());
  }

  private static String steps(PlanResult result) {
    return result.measured().steps().stream()
        .map(step -> step(result, step))
        .collect(Collectors.joining());
  }

  private static String step(PlanResult result, PlanResult.Step step) {
    return String.format(
        Locale.ROOT,
        "a step with %d rows on %s: %s ms (ranks: %d, slots: %d, cores: %d)%n",
        result.model().batchSize(),
        result.measured().machine(),
        millis(step.seconds()),
        step.ranks(),
        step.slots(),
        result.measured().cores());
  }

  private static List<String> row(PlanResult.World world) {
    return List.of(
        String.valueOf(world.ranks()),
        String.valueOf(world.executors()),
        String.valueOf(world.batchSize()),
        millis(world.stepSeconds()),
        millis(world.exchangeSeconds()),
        millis(world.mergeSeconds()),
        String.format(Locale.ROOT, "%.3f", world.epochSeconds()),
        String.format(Locale.ROOT, "%.1f %%", 100 * world.efficiency()),
        String.valueOf(world.efficientBatchSize()),
        String.format(Locale.ROOT, "%.1f", 1e-3 * world.bytesPerStep()),
        String.valueOf(world.memoryBytes() >> 20));
  }

  private static String millis(double seconds) {
    return String.format(Locale.ROOT, "%.3f", 1e3 * seconds);
  }
}
