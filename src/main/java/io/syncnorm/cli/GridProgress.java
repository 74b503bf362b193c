package io.syncnorm.cli;

import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.options.TrackingOptions;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.experiment.grid.CellOutcome;
import io.syncnorm.experiment.grid.CellOutcome.Status;
import io.syncnorm.experiment.grid.GridCell;
import io.syncnorm.experiment.grid.GridListener;
import io.syncnorm.report.GridPlan;
import io.syncnorm.train.EpochResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the progress of a grid: a line per finished cell, and warnings. */
final class GridProgress implements GridListener {
  private static final Logger LOG = LoggerFactory.getLogger("io.syncnorm");

  private final boolean quiet;
  private final TrackingOptions tracking;
  private final AtomicInteger ended = new AtomicInteger();
  private final Map<GridCell, CellLine> running = new ConcurrentHashMap<>();
  private int cells;
  private String experiment = "";

  GridProgress(CommonOptions options, TrackingOptions tracking) {
    this.quiet = options.quiet();
    this.tracking = tracking;
  }

  void begins(GridPlan plan) {
    cells = plan.cells().size();
    experiment = plan.experiment();
    long done = plan.cells().stream().filter(item -> item.status().equals("done")).count();
    remark(
        String.format(
            Locale.ROOT,
            "experiment %s: %d cells, %d already done; %s",
            plan.experiment(),
            cells,
            done,
            PlanTable.duration(plan.seconds())));
  }

  /** Logs a remark unless {@code --quiet} is set. */
  void remark(String text) {
    say("{}", text);
  }

  @Override
  public List<RunListener> cellStarted(GridCell cell) {
    CellLine line = new CellLine();
    running.put(cell, line);
    return tracking.with(line, experiment, cell.configuration());
  }

  @Override
  public void cellRetried(GridCell cell, int failures, String message) {
    LOG.warn("{} failed {} times, trying again: {}", cell.title(), failures, message);
  }

  @Override
  public void cellPostponed(GridCell cell) {
    running.remove(cell);
    say("{}: another process is running it; checked again at the end", cell.title());
  }

  @Override
  public void cellEnded(CellOutcome outcome) {
    GridCell cell = outcome.cell();
    int count = ended.incrementAndGet();
    CellLine line = running.remove(cell);
    switch (outcome.status()) {
      case DONE -> say("[{}/{}] {}: {}", count, cells, cell.title(), line);
      case COMPLETE -> say("[{}/{}] {}: already done", count, cells, cell.title());
      case LEFT -> say("[{}/{}] {}: not run", count, cells, cell.title());
      case FAILED, INTERRUPTED, BUSY ->
          LOG.warn(
              "[{}/{}] {}: {}: {}",
              count,
              cells,
              cell.title(),
              outcome.status() == Status.INTERRUPTED ? "stopped" : "not done",
              outcome.message());
    }
  }

  private void say(String format, Object... arguments) {
    if (!quiet) {
      LOG.info(format, arguments);
    }
  }

  /** Collects the summary line of a cell; only warnings of its training are logged separately. */
  private static final class CellLine extends ConsoleProgress {
    private final long start = System.nanoTime();
    private final StringBuilder text = new StringBuilder();
    private volatile EpochResult last;

    CellLine() {
      super(Style.SILENT);
    }

    @Override
    public void epochFinished(String model, EpochResult result) {
      last = result;
    }

    @Override
    public void modelFinished(String model) {
      EpochResult result = last;
      if (result != null) {
        text.append(String.format(Locale.ROOT, "%s %.4f, ", model, result.testAccuracy()));
      }
      last = null;
    }

    @Override
    public void modelResumed(String model, Optional<String> run, List<EpochResult> history) {
      text.append(
          String.format(Locale.ROOT, "(%s resumes after epoch %d) ", model, history.size()));
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s%.1f s", text, 1e-9 * (System.nanoTime() - start));
    }
  }
}
