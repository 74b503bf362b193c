package io.syncnorm.experiment.grid;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.report.GridPlan;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Estimates the time a grid takes from the speed of earlier runs in the registry. */
public final class CostEstimate {
  private static final String LIMIT = Keys.LIMIT_TRAIN.path();

  /** Keys that affect a run's speed, most important first. */
  private static final List<String> SPEED_KEYS =
      List.of(
          "training.world",
          "training.batch-size",
          "model.hidden",
          "model.layers",
          "data.train-images",
          "model.batch-norm.enabled",
          "model.batch-norm.sync",
          "training.averaging.every",
          LIMIT,
          "training.optimizer.type",
          "model.activation");

  /** For each combination of values of {@link #SPEED_KEYS}, the first run that has it. */
  private final Map<List<String>, RunRecord> history = new LinkedHashMap<>();

  /** The largest number of training rows of a run, by its limit. */
  private final Map<String, Double> rows = new HashMap<>();

  /** The most similar run for each combination of {@link #SPEED_KEYS} requested so far. */
  private final Map<List<String>, Optional<RunRecord>> nearest = new HashMap<>();

  private CostEstimate(Collection<RunRecord> records) {
    for (RunRecord record : records) {
      if (!record.models().isEmpty()) {
        history.putIfAbsent(speed(record.settings()), record);
      }
      for (ModelResult model : record.models()) {
        rows.merge(record.settings().get(LIMIT), rows(model), Math::max);
      }
    }
  }

  /**
   * Returns the plan of a grid with its estimated time.
   *
   * @param records of all earlier runs, by name
   * @param policy number of parallel cells, and which cells are not tried again
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

  /** The estimated time of a cell; NaN if no similar run exists. */
  private double seconds(GridCell cell) {
    return nearest
        .computeIfAbsent(speed(cell.configuration().settings()), this::nearest)
        .map(record -> seconds(cell, record))
        .orElse(Double.NaN);
  }

  private Optional<RunRecord> nearest(List<String> wanted) {
    return history.entrySet().stream()
        .max(Comparator.comparingLong(known -> similarity(known.getKey(), wanted)))
        .map(Map.Entry::getValue);
  }

  private static List<String> speed(Map<String, String> settings) {
    return SPEED_KEYS.stream().map(key -> settings.getOrDefault(key, "")).toList();
  }

  /** A binary number in which each key outweighs all later ones. */
  private static long similarity(List<String> one, List<String> other) {
    long similarity = 0;
    for (int key = 0; key < SPEED_KEYS.size(); key++) {
      similarity = 2 * similarity + (one.get(key).equals(other.get(key)) ? 1 : 0);
    }
    return similarity;
  }

  private double seconds(GridCell cell, RunRecord record) {
    Configuration configuration = cell.configuration();
    int epochs = configuration.get(Keys.EPOCHS);
    double trained = 0;
    double before = 0;
    for (ModelResult model : record.models()) {
      double rows = rows(model);
      trained += epochs * model.secondsPerEpoch() * rows(configuration, record, rows) / rows;
      before += model.trainSeconds();
    }
    double models = (double) cell.plans().size() / record.models().size();
    double besides = Math.max(0, record.wallSeconds() - before);
    return models * (trained + besides);
  }

  /** The training rows of a run; those of the record if unknown. */
  private double rows(Configuration wanted, RunRecord record, double rowsOfRecord) {
    String limit = wanted.write(Keys.LIMIT_TRAIN);
    if (limit.equals(record.settings().get(LIMIT))) {
      return rowsOfRecord;
    }
    int most = wanted.get(Keys.LIMIT_TRAIN);
    return most == Keys.UNLIMITED ? rows.getOrDefault(limit, rowsOfRecord) : most;
  }

  private static double rows(ModelResult model) {
    return model.examplesPerSecond() * model.secondsPerEpoch();
  }
}
