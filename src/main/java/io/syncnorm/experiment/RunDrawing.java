package io.syncnorm.experiment;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.html.EpochSections;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.PlotException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What is drawn of a run's epochs, on threads of its own: meanwhile the model is written and
 * evaluated. Nothing is kept anywhere before the run asks for it.
 */
final class RunDrawing {
  /** Pictures take tenths of a second. */
  private static final long DEADLINE_MINUTES = 5;

  private final FutureTask<Curves> curves;
  private final FutureTask<EpochSections> sections;

  /**
   * The learning curves.
   *
   * @param failure why there is no picture of them; empty if there is one
   */
  private record Curves(byte[] png, String svg, Optional<PlotException> failure) {
    static Curves of(List<EpochMetrics> rows) {
      Plot plot = Plot.accuracy(rows);
      try {
        return new Curves(plot.toPng(), plot.toSvg(), Optional.empty());
      } catch (PlotException e) {
        return new Curves(new byte[0], "", Optional.of(e));
      }
    }
  }

  private RunDrawing(List<EpochMetrics> rows) {
    // Each takes about half of the time: the sooner of both leaves its processor to the model.
    this.curves = start("drawing-curves", () -> Curves.of(rows));
    this.sections = start("drawing-sections", () -> EpochSections.of(rows));
  }

  /**
   * @param metrics of all epochs of all models
   */
  static RunDrawing start(List<EpochMetrics> metrics) {
    return new RunDrawing(List.copyOf(metrics));
  }

  private static <T> FutureTask<T> start(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** The learning curves. */
  byte[] png() throws PlotException {
    return drawnCurves().png;
  }

  /** The same as SVG. */
  String svg() throws PlotException {
    return drawnCurves().svg;
  }

  EpochSections sections() {
    return get(sections);
  }

  private Curves drawnCurves() throws PlotException {
    Curves drawn = get(curves);
    if (drawn.failure.isPresent()) {
      throw drawn.failure.get();
    }
    return drawn;
  }

  private static <T> T get(FutureTask<T> task) {
    try {
      return task.get(DEADLINE_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while plots were drawn");
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "plots were not drawn within %d minutes", DEADLINE_MINUTES),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException own ? own : new IllegalStateException(e);
    }
  }
}
