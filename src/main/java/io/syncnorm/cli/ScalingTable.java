package io.syncnorm.cli;

import io.syncnorm.cli.process.TextTable;
import io.syncnorm.plan.PlanResult;
import java.util.List;
import java.util.Locale;

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
    return step(result) + table.text();
  }

  private static String step(PlanResult result) {
    return String.format(
        Locale.ROOT,
        "a step with %d rows on this machine: %s ms (ranks at once: %d, cores: %d)%n",
        result.model().batchSize(),
        millis(result.step().seconds()),
        result.step().ranks(),
        result.step().cores());
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
