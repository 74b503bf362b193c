package io.syncnorm.experiment;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.EpochSections;
import io.syncnorm.report.Plot;
import io.syncnorm.report.PlotException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What is drawn of a run's epochs, on a thread of its own: meanwhile the model is written and
 * evaluated. Nothing is kept anywhere before the run asks for it.
 */
final class RunDrawing {
  /** Pictures take tenths of a second. */
  private static final long DEADLINE_MINUTES = 5;

  private final FutureTask<Drawn> task;

  /**
   * What was drawn.
   *
   * @param failure why there is no picture of the learning curves; empty if there is one
   */
  private record Drawn(
      byte[] png, String svg, Optional<PlotException> failure, EpochSections sections) {}

  private RunDrawing(FutureTask<Drawn> task) {
    this.task = task;
  }

  /**
   * @param metrics of all epochs of all models
   */
  static RunDrawing start(List<EpochMetrics> metrics) {
    List<EpochMetrics> rows = List.copyOf(metrics);
    RunDrawing drawing = new RunDrawing(new FutureTask<>(() -> draw(rows)));
    Thread thread = new Thread(drawing.task, "drawing");
    thread.setDaemon(true);
    thread.start();
    return drawing;
  }

  private static Drawn draw(List<EpochMetrics> rows) {
    Plot curves = Plot.accuracy(rows);
    EpochSections sections = EpochSections.of(rows);
    try {
      return new Drawn(curves.toPng(), curves.toSvg(), Optional.empty(), sections);
    } catch (PlotException e) {
      return new Drawn(new byte[0], "", Optional.of(e), sections);
    }
  }

  /** The learning curves. */
  byte[] png() throws PlotException {
    return curves().png;
  }

  /** The same as SVG. */
  String svg() throws PlotException {
    return curves().svg;
  }

  EpochSections sections() {
    return drawn().sections;
  }

  private Drawn curves() throws PlotException {
    Drawn drawn = drawn();
    if (drawn.failure.isPresent()) {
      throw drawn.failure.get();
    }
    return drawn;
  }

  private Drawn drawn() {
    try {
      return task.get(DEADLINE_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while plots were drawn");
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "plots were not drawn within %d minutes".formatted(DEADLINE_MINUTES), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException own ? own : new IllegalStateException(e);
    }
  }
}
