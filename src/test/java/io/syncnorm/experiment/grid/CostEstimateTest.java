package io.syncnorm.experiment.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Experiment;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Sync;
import io.syncnorm.config.WorldSize;
import io.syncnorm.experiment.grid.GridPolicy.GivenUp;
import io.syncnorm.experiment.grid.GridPolicy.OnFailure;
import io.syncnorm.report.GridPlan;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests a grid's cost estimate: an epoch takes as long as one of the most similar run. */
@Timeout(value = 15, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CostEstimateTest {
  private static final int MOST_CELLS = 10_000;
  private static final int ROWS = 60_000;

  private static final Configuration BASE =
      Configuration.defaults().with(Keys.WORLD, new WorldSize.Fixed(2)).with(Keys.EPOCHS, 10);

  @Test
  void shouldEstimateFromTheMostSimilarRun() {
    Map<String, RunRecord> records = new LinkedHashMap<>();
    records.put("batch", record(with(Keys.BATCH_SIZE, 64), 1));
    records.put("sync", record(with(Keys.BATCH_NORM_SYNC, Sync.LOCAL), 2));
    records.put("sync-again", record(with(Keys.BATCH_NORM_SYNC, Sync.LOCAL), 3));

    assertEquals(20, seconds(records, BASE), "the batch size matters more, and the first counts");
    assertEquals(10, seconds(records, with(Keys.BATCH_SIZE, 64)));
    assertEquals(5, seconds(records, with(Keys.BATCH_SIZE, 64).with(Keys.EPOCHS, 5)));
    assertEquals(2, seconds(records, with(Keys.LIMIT_TRAIN, ROWS / 10)));
    assertEquals(Double.NaN, seconds(Map.of(), BASE));
  }

  @Test
  void shouldCountAllRowsFromRunsOnAllData() {
    Map<String, RunRecord> records = new LinkedHashMap<>();
    records.put("few", record(with(Keys.LIMIT_TRAIN, ROWS), 1));

    assertEquals(10, seconds(records, BASE), "nobody knows how many there are");
    records.put("all", record(with(Keys.BATCH_SIZE, 64), 8));
    assertEquals(10, seconds(records, BASE), "as many as there are");
  }

  @Test
  void shouldPlanTheLargestGridWithAsManyEarlierRunsInSeconds() {
    Map<String, RunRecord> records = new LinkedHashMap<>();
    IntStream.range(0, MOST_CELLS)
        .forEach(seed -> records.put("old-" + seed, record(with(Keys.SEED, (long) seed), 1)));
    List<GridCell> cells =
        IntStream.range(0, MOST_CELLS)
            .mapToObj(seed -> cell(with(Keys.SEED, (long) seed).with(Keys.LEARNING_RATE, 0.5)))
            .toList();

    assertEquals(10.0 * MOST_CELLS, plan(records, cells).seconds());
  }

  private static <T> Configuration with(Key<T> key, T value) {
    return BASE.with(key, value);
  }

  private static double seconds(Map<String, RunRecord> records, Configuration configuration) {
    return plan(records, List.of(cell(configuration))).seconds();
  }

  private static GridPlan plan(Map<String, RunRecord> records, List<GridCell> cells) {
    GridPolicy policy = new GridPolicy(1, 3, OnFailure.CONTINUE, GivenUp.RETRY, null);
    return CostEstimate.plan("grid", cells, records, policy);
  }

  private static GridCell cell(Configuration configuration) {
    Experiment.Cell cell = new Experiment.Cell(Map.of(), configuration);
    return new GridCell(1, "new", Experiment.Command.TRAIN, cell);
  }

  /** Returns the record of a run that trained one epoch on all rows. */
  private static RunRecord record(Configuration configuration, double seconds) {
    ModelResult model =
        new ModelResult(
            "with-bn", true, 1, 1, 0, 1, 1, seconds, seconds, ROWS / seconds, 1, 1, "model.zip");
    Map<String, String> settings = configuration.settings();
    return new RunRecord(
        "old",
        "done",
        "",
        "train",
        Map.of(),
        2,
        0,
        0,
        "",
        List.of(model),
        seconds,
        "",
        "",
        settings);
  }
}
