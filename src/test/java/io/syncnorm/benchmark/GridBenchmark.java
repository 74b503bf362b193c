package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Experiment;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.experiment.SharedData;
import io.syncnorm.experiment.grid.CellOutcome;
import io.syncnorm.experiment.grid.GridCell;
import io.syncnorm.experiment.grid.GridListener;
import io.syncnorm.experiment.grid.GridPolicy;
import io.syncnorm.experiment.grid.GridPolicy.GivenUp;
import io.syncnorm.experiment.grid.GridPolicy.OnFailure;
import io.syncnorm.experiment.grid.GridRun;
import io.syncnorm.experiment.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Prints the cost of a grid's cells beyond their training, for a real grid of short cells in one
 * Spark context, with all outputs. The first cells are slower, because the JVM is still compiling.
 */
public final class GridBenchmark implements GridListener {
  private static final int WORLD = 2;
  private static final List<String> GRID =
      List.of(
          "experiment.name=benchmark",
          "experiment.command=train",
          "experiment.axes.run.seed=1..20",
          "experiment.axes.model.batch-norm.sync=[global,local]",
          "data.limit-train=6000",
          "training.world=" + WORLD,
          "training.epochs=3");

  private final List<CellTimes> cells = new ArrayList<>();

  public static void main(String[] args) throws IOException {
    Lifeline.tieToParent();
    Path out = Files.createTempDirectory("grid-benchmark");
    new GridBenchmark().run(out);
    System.exit(0); // DL4J leaves threads running
  }

  private void run(Path out) throws IOException {
    Experiment experiment = ConfigLoader.loadExperiment(List.of(), GRID, ConfigLoader.Form.FULL);
    SparkConf conf =
        new SparkConf()
            .setMaster("local[" + WORLD + "]")
            .setAppName("GridBenchmark")
            .set("spark.ui.enabled", "false")
            .set("spark.broadcast.compress", "false") // as the commands do in local mode
            .set("spark.broadcast.checksum", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf);
        SharedData data = new SharedData(spark)) {
      Registry registry = Registry.of(out.toString(), spark.hadoopConfiguration());
      GridPolicy policy = new GridPolicy(1, 1, OnFailure.STOP, GivenUp.REPORT, new OwnWords());
      new GridRun(spark, data, registry, out, experiment.name(), policy, this, () -> false)
          .run(GridCell.all(experiment, WORLD, data.identity()));
    }
    print();
  }

  private void print() {
    System.out.printf(Locale.ROOT, "first cell %31.0f ms beyond training%n", cells.get(0).millis());
    List<CellTimes> others = cells.subList(1, cells.size());
    System.out.printf(
        Locale.ROOT,
        "%d cells after it, beyond training %s; training itself %.0f ms%n",
        others.size(),
        millis(others, CellTimes::millis),
        median(others, CellTimes::trainedMillis));
    for (CellTimes.Part part : CellTimes.Part.values()) {
      System.out.printf("  %-32s %s%n", part.what, millis(others, cell -> cell.millis(part)));
    }
  }

  private static String millis(List<CellTimes> cells, ToDoubleFunction<CellTimes> figure) {
    double most = cells.stream().mapToDouble(figure).max().orElseThrow();
    return String.format(Locale.ROOT, "%6.1f ms (most %.1f)", median(cells, figure), most);
  }

  private static double median(List<CellTimes> cells, ToDoubleFunction<CellTimes> figure) {
    return cells.stream().mapToDouble(figure).sorted().toArray()[cells.size() / 2];
  }

  @Override
  public List<RunListener> cellStarted(GridCell cell) {
    CellTimes times = new CellTimes();
    cells.add(times);
    return List.of(times);
  }

  @Override
  public void cellRetried(GridCell cell, int failures, String message) {
    throw new IllegalStateException(cell.title() + " failed: " + message);
  }

  @Override
  public void cellPostponed(GridCell cell) {
    throw new IllegalStateException(cell.title() + " is another process's");
  }

  @Override
  public void cellEnded(CellOutcome outcome) {
    if (outcome.status() != CellOutcome.Status.DONE) {
      throw new IllegalStateException(outcome.toString());
    }
    cells.get(cells.size() - 1).ended();
  }

  /** Treats failures without retries. */
  private static final class OwnWords implements GridPolicy.Codes {
    @Override
    public int of(Throwable failure) {
      return 1;
    }

    @Override
    public boolean isTemporary(int code) {
      return false;
    }

    @Override
    public boolean isCausedByCell(int code) {
      return true;
    }

    @Override
    public String message(Throwable failure) {
      return failure.toString();
    }
  }
}
