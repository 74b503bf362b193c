package io.syncnorm.experiment.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.ConfigLoader.Form;
import io.syncnorm.config.Experiment;
import io.syncnorm.experiment.ResumeMode;
import io.syncnorm.experiment.RunIdentity;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.experiment.RunOrigin;
import io.syncnorm.experiment.SharedData;
import io.syncnorm.experiment.TrainingRun;
import io.syncnorm.experiment.grid.CellOutcome.Status;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.report.RunRecord;
import io.syncnorm.train.EpochResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests cells of a grid that are stopped, or fail temporarily, in one Spark context. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GridRunTest {
  private static JavaSparkContext spark;

  @TempDir Path folder;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final List<String> retried = new ArrayList<>();

  @BeforeAll
  static void startSpark() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("GridRunTest")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** The action of a cell's listener at the end of its first epoch. */
  private interface FirstEpoch {
    void ended(GridCell cell);
  }

  @Test
  void shouldKeepResultsWhenStoppedAndResumeLater() {
    List<GridCell> cells = cells("training.epochs=3");
    List<CellOutcome> stopped =
        run(
            cells,
            cell -> {
              stopping.set(true);
              throw new IllegalStateException("stop");
            });

    assertEquals(
        List.of(Status.INTERRUPTED, Status.LEFT),
        stopped.stream().map(CellOutcome::status).toList());
    assertEquals("interrupted", record(cells.get(0)).status());
    assertEquals(0, record(cells.get(0)).failures());

    stopping.set(false);
    List<CellOutcome> done = run(cells, cell -> {});
    assertTrue(done.stream().allMatch(outcome -> outcome.status() == Status.DONE), done.toString());
    assertTrue(record(cells.get(0)).isDone());
  }

  /**
   * Each attempt trains one epoch, because it resumes from the checkpoint of the previous attempt.
   */
  @Test
  void shouldRetryTemporaryFailuresUpToTheLimit() {
    List<GridCell> cells = cells("training.epochs=4");
    List<CellOutcome> outcomes =
        run(
            cells,
            cell -> {
              if (cell.number() == 1) {
                throw new IllegalStateException("by chance");
              }
            });

    assertEquals(
        List.of(Status.FAILED, Status.DONE), outcomes.stream().map(CellOutcome::status).toList());
    assertEquals(3, record(cells.get(0)).failures());
    assertEquals(List.of("1", "2"), retried);
  }

  @Test
  void shouldReportWhyARunFailedEvenIfRegistryAndListenersFail() throws IOException {
    GridCell cell = cells("training.epochs=1").get(0);
    List<String> told = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void runFailed(Failure how, String message) {
            told.add(message);
            throw new IllegalStateException("and fails itself");
          }
        };
    try (SharedData data = new SharedData(spark)) {
      TrainingRun run =
          new TrainingRun(
              spark,
              data,
              registry(),
              RunOrigin.of(cell.command().word()),
              cell.configuration(),
              List.of(listener));
      run.run(cell.plans(), List.of(), folder, new ResumeMode.Auto());
      Path index = folder.resolve("index.jsonl");
      Files.delete(index);
      Files.createDirectory(index);
      run.recordFailure(RunListener.Failure.ERROR, 1, "the first cause");
    }
    assertEquals(List.of("the first cause"), told);
  }

  private RunRecord record(GridCell cell) {
    return registry().records().get(cell.run());
  }

  private Registry registry() {
    return Registry.of(folder.toString(), new Configuration());
  }

  private List<CellOutcome> run(List<GridCell> cells, FirstEpoch firstEpoch) {
    GridListener listener =
        new GridListener() {
          @Override
          public List<RunListener> cellStarted(GridCell cell) {
            return List.of(
                new RunListener() {
                  @Override
                  public void epochFinished(String model, EpochResult result) {
                    if (result.epoch() == 1 || cell.number() == 1) {
                      firstEpoch.ended(cell);
                    }
                  }
                });
          }

          @Override
          public void cellRetried(GridCell cell, int failures, String message) {
            retried.add(String.valueOf(failures));
          }

          @Override
          public void cellPostponed(GridCell cell) {}

          @Override
          public void cellEnded(CellOutcome outcome) {}
        };
    GridPolicy policy =
        new GridPolicy(
            1,
            3,
            GridPolicy.OnFailure.CONTINUE,
            GridPolicy.GivenUp.REPORT,
            new GridPolicy.Codes() {
              @Override
              public int of(Throwable failure) {
                return 1;
              }

              @Override
              public boolean isTemporary(int code) {
                return true;
              }

              @Override
              public boolean isCausedByCell(int code) {
                return true;
              }

              @Override
              public String message(Throwable failure) {
                return failure.toString();
              }
            });
    try (SharedData data = new SharedData(spark)) {
      return new GridRun(spark, data, registry(), folder, "g", policy, listener, stopping::get)
          .run(cells);
    }
  }

  /** Two cells on a few hundred images. */
  private static List<GridCell> cells(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "experiment.name=g",
                "experiment.command=train",
                "experiment.axes.run.seed=1..2",
                "data.limit-train=200",
                "data.limit-test=100",
                "model.hidden=[8]",
                "training.world=2",
                "training.epochs=1"));
    all.addAll(List.of(settings));
    Experiment experiment = ConfigLoader.loadExperiment(List.of(), all, Form.FULL);
    return GridCell.all(experiment, 2, new RunIdentity(new Configuration()));
  }
}
