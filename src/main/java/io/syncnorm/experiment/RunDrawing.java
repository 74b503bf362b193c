package io.syncnorm.experiment;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.RunResult;
import io.syncnorm.report.html.EpochSections;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.PlotException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Draws a run's epochs on separate threads while the model is written and evaluated. It writes no
 * files.
 */
final class RunDrawing {
  /** Far more than the tenths of a second that drawing takes. */
  private static final long DEADLINE_MINUTES = 5;

  private final FutureTask<Plot.Files> curves;
  private final FutureTask<EpochSections> sections;

  private RunDrawing(List<EpochMetrics> rows, List<RunResult.Hosts> hosts) {
    // Each takes about half of the time; the first to finish frees its processor for the model.
    this.curves = start("drawing-curves", () -> Plot.accuracy(rows).files());
    this.sections = start("drawing-sections", () -> EpochSections.of(rows, hosts));
  }

  /**
   * Starts drawing.
   *
   * @param metrics of all epochs of all models
   * @param hosts on which they were trained
   */
  static RunDrawing start(List<EpochMetrics> metrics, List<RunResult.Hosts> hosts) {
    return new RunDrawing(List.copyOf(metrics), List.copyOf(hosts));
  }

  private static <T> FutureTask<T> start(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** The learning curves. */
  Plot.Files curves() throws PlotException {
    return get(curves, PlotException.class);
  }

  EpochSections sections() {
    return get(sections, RuntimeException.class);
  }

  /**
   * @param thrown type of exception that the work may throw
   */
  private static <T, E extends Exception> T get(FutureTask<T> task, Class<E> thrown) throws E {
    try {
      return task.get(DEADLINE_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while drawing plots");
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "timed out after %d minutes drawing plots", DEADLINE_MINUTES),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (thrown.isInstance(e.getCause())) {
        throw thrown.cast(e.getCause());
      }
      throw e.getCause() instanceof RuntimeException own ? own : new IllegalStateException(e);
    }
  }
}
