package io.syncnorm.experiment.grid;

import io.syncnorm.config.Keys;
import io.syncnorm.report.GridPlan;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a grid will cost, from the speed of runs that the registry knows. */
public final class CostEstimate {
  /** What decides a run's speed, the most important first. */
  private static final List<String> SPEED_KEYS =
      List.of(
          "training.world",
          "training.batch-size",
          "model.hidden",
          "data.train-images",
          "model.batch-norm.enabled",
          "model.batch-norm.sync",
          "training.averaging.every",
          "data.limit-train",
          "training.optimizer.type",
          "model.activation");

  private final List<RunRecord> history;

  private CostEstimate(Collection<RunRecord> records) {
    this.history = records.stream().filter(record -> !record.models().isEmpty()).toList();
  }

  /**
   * The plan of a grid with its cost.
   *
   * @param records of all runs so far, by name
   * @param policy how many cells at a time, and which are not tried again
   */
  public static GridPlan plan(
      String experiment, List<GridCell> cells, Map<String, RunRecord> records, GridPolicy policy) {
    CostEstimate estimate = new CostEstimate(records.values());
    List<GridPlan.Item> items = new ArrayList<>();
    double seconds = 0;
    for (GridCell cell : cells) {
      RunRecord record = records.get(cell.run());
      boolean done = record != null && record.isDone();
      boolean givenUp = policy.isGivenUp(record);
      String status = givenUp ? "given up" : record == null ? "new" : record.status();
      double cost = done || givenUp ? 0 : estimate.seconds(cell);
      seconds += cost;
      items.add(new GridPlan.Item(cell.run(), cell.cell().coordinates(), status, cost));
    }
    return new GridPlan("plan", experiment, items, seconds / policy.parallel());
  }

  /** NaN where there is no run to judge by. */
  private double seconds(GridCell cell) {
    Map<String, String> wanted = cell.configuration().settings();
    Optional<RunRecord> nearest =
        history.stream().max(Comparator.comparingLong(record -> likeness(record, wanted)));
    return nearest.map(record -> seconds(cell, wanted, record)).orElse(Double.NaN);
  }

  /** A binary number: each key outweighs all that come after it. */
  private static long likeness(RunRecord record, Map<String, String> wanted) {
    long likeness = 0;
    for (String key : SPEED_KEYS) {
      boolean same = wanted.get(key).equals(record.settings().get(key));
      likeness = 2 * likeness + (same ? 1 : 0);
    }
    return likeness;
  }

  private double seconds(GridCell cell, Map<String, String> wanted, RunRecord record) {
    int epochs = cell.configuration().get(Keys.EPOCHS);
    double trained = 0;
    double before = 0;
    for (ModelResult model : record.models()) {
      double rows = model.examplesPerSecond() * model.secondsPerEpoch();
      trained += epochs * model.secondsPerEpoch() * rows(wanted, record, rows) / rows;
      before += model.trainSeconds();
    }
    double models = (double) cell.plans().size() / record.models().size();
    double besides = Math.max(0, record.wallSeconds() - before);
    return models * (trained + besides);
  }

  /** Training rows of the wanted run; as many as the record's where nobody knows. */
  private double rows(Map<String, String> wanted, RunRecord record, double rowsOfRecord) {
    String limit = wanted.get("data.limit-train");
    if (limit.equals(record.settings().get("data.limit-train"))) {
      return rowsOfRecord;
    }
    if (!limit.equals("all")) {
      return Double.parseDouble(limit);
    }
    return history.stream()
        .filter(other -> limit.equals(other.settings().get("data.limit-train")))
        .flatMap(other -> other.models().stream())
        .mapToDouble(model -> model.examplesPerSecond() * model.secondsPerEpoch())
        .max()
        .orElse(rowsOfRecord);
  }
}
