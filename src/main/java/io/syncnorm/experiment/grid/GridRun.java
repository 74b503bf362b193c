package io.syncnorm.experiment.grid;

import io.syncnorm.experiment.ResumeMode;
import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.experiment.RunListener.Failure;
import io.syncnorm.experiment.RunOrigin;
import io.syncnorm.experiment.SharedData;
import io.syncnorm.experiment.TrainingRun;
import io.syncnorm.experiment.grid.CellOutcome.Status;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.report.RunRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs the cells of a grid in one Spark context. A complete cell is skipped, an interrupted one
 * resumes from its checkpoints, and a failed one does not stop the others.
 */
public final class GridRun {
  private final JavaSparkContext spark;
  private final SharedData data;
  private final Registry registry;
  private final Path out;
  private final String experiment;
  private final GridPolicy policy;
  private final GridListener listener;
  private final BooleanSupplier isStopping;
  private final Map<Integer, CellOutcome> outcomes = new TreeMap<>();
  private final ConcurrentLinkedQueue<GridCell> postponed = new ConcurrentLinkedQueue<>();
  private volatile boolean hasFailed;

  /**
   * @param out folder that contains the run directories
   * @param experiment name of the grid
   * @param isStopping whether to stop; a cell that then fails counts as interrupted
   */
  public GridRun(
      JavaSparkContext spark,
      SharedData data,
      Registry registry,
      Path out,
      String experiment,
      GridPolicy policy,
      GridListener listener,
      BooleanSupplier isStopping) {
    this.spark = spark;
    this.data = data;
    this.registry = registry;
    this.out = out;
    this.experiment = experiment;
    this.policy = policy;
    this.listener = listener;
    this.isStopping = isStopping;
  }

  /** Runs the cells and returns their outcomes, in order. */
  public List<CellOutcome> run(List<GridCell> cells) {
    registry.refreshSummary();
    Map<String, RunRecord> before = registry.records();
    registry.batch(
        () -> {
          runAll(cells, before);
          // Cells that another process was running may be complete or free by now.
          postponed.forEach(cell -> keep(run(cell, before.get(cell.run()))));
        });
    return List.copyOf(outcomes.values());
  }

  private void runAll(List<GridCell> cells, Map<String, RunRecord> before) {
    ConcurrentLinkedQueue<GridCell> queue = new ConcurrentLinkedQueue<>(cells);
    ExecutorService workers = Executors.newFixedThreadPool(policy.parallel());
    try {
      List<Future<?>> working = new ArrayList<>();
      for (int i = 0; i < policy.parallel(); i++) {
        String pool = "cells-" + i;
        working.add(workers.submit(() -> work(queue, before, pool)));
      }
      for (Future<?> each : working) {
        await(each);
      }
    } finally {
      queue.clear(); // one worker failed, so the others stop as well
      workers.shutdown();
    }
  }

  private static void await(Future<?> worker) {
    try {
      worker.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running cells", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException own ? own : new IllegalStateException(e);
    }
  }

  private void work(
      ConcurrentLinkedQueue<GridCell> queue, Map<String, RunRecord> before, String pool) {
    // Jobs of one pool run in order of submission; pools share the slots.
    spark.setLocalProperty("spark.scheduler.pool", pool);
    for (GridCell cell = queue.poll(); cell != null; cell = queue.poll()) {
      CellOutcome outcome = run(cell, before.get(cell.run()));
      if (outcome.status() == Status.BUSY) {
        postponed.add(cell);
        listener.cellPostponed(cell);
      } else {
        keep(outcome);
      }
    }
  }

  private void keep(CellOutcome outcome) {
    synchronized (outcomes) {
      outcomes.put(outcome.cell().number(), outcome);
    }
    hasFailed |= outcome.status() == Status.FAILED;
    listener.cellEnded(outcome);
  }

  private CellOutcome run(GridCell cell, RunRecord before) {
    if (policy.isGivenUp(before)) {
      return new CellOutcome(
          cell,
          Status.FAILED,
          before.code(),
          String.format(
              Locale.ROOT,
              "given up after %d failures: %s; --retry-failed tries it again",
              before.failures(),
              before.message()));
    }
    for (int failures = policy.failuresBefore(before); ; ) {
      if (isStopping.getAsBoolean()
          || (hasFailed && policy.onFailure() == GridPolicy.OnFailure.STOP)) {
        return CellOutcome.of(cell, Status.LEFT);
      }
      CellOutcome outcome = attempt(cell);
      failures++;
      if (outcome.status() != Status.FAILED
          || failures >= policy.attempts()
          || !policy.codes().isTemporary(outcome.code())) {
        return outcome;
      }
      listener.cellRetried(cell, failures, outcome.message());
    }
  }

  private CellOutcome attempt(GridCell cell) {
    // Spark's pages show which cell each job belongs to.
    spark.setJobGroup(cell.run(), "%s: %s".formatted(experiment, cell.title()), true);
    TrainingRun run =
        new TrainingRun(
            spark,
            data,
            registry,
            new RunOrigin(experiment, cell.command().word(), cell.cell().coordinates()),
            cell.configuration(),
            listener.cellStarted(cell));
    try {
      run.run(cell.plans(), List.of(), out, new ResumeMode.Auto());
      return CellOutcome.of(cell, run.isStarted() ? Status.DONE : Status.COMPLETE);
    } catch (RunDirectory.BusyException e) {
      int code = policy.codes().of(e);
      return new CellOutcome(cell, Status.BUSY, code, policy.codes().message(e));
    } catch (RuntimeException | Error e) {
      int code = policy.codes().of(e);
      String message = policy.codes().message(e);
      boolean stopped = isStopping.getAsBoolean();
      run.recordFailure(stopped ? Failure.INTERRUPTED : Failure.ERROR, code, message);
      return new CellOutcome(cell, stopped ? Status.INTERRUPTED : Status.FAILED, code, message);
    } finally {
      spark.clearJobGroup();
    }
  }
}
