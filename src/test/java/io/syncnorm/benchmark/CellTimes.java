package io.syncnorm.benchmark;

import io.syncnorm.experiment.RunListener;
import io.syncnorm.report.RunResult;
import io.syncnorm.train.EpochResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** Measures the wall time of a cell outside of training. */
final class CellTimes implements RunListener {
  /** The phases of a cell other than training, in order. */
  enum Part {
    OPENING("directory, data, registry"),
    JOB("Spark job, checkpoints, metrics"),
    MODEL("model zip, evaluation"),
    REPORT("plots, report, result.json"),
    CLOSING("registry, summary");

    final String what;

    Part(String what) {
      this.what = what;
    }
  }

  private final Instant began = Instant.now();
  private final Map<Part, Double> seconds = new EnumMap<>(Part.class);
  private double trained;
  private Path directory;
  private Instant at = began;

  @Override
  public void runStarted(Path path, int world, int stepsPerEpoch) {
    directory = path;
  }

  @Override
  public void modelStarted(String model, int epochs) {
    end(Part.OPENING, Instant.now());
  }

  @Override
  public void epochFinished(String model, EpochResult result) {
    trained += result.times().seconds();
  }

  @Override
  public void modelFinished(String model) {
    end(Part.JOB, Instant.now());
    seconds.merge(Part.JOB, -trained, Double::sum);
  }

  @Override
  public void runDone(RunResult result) {
    // The result holds its own time, and its file's time is that of the report.
    end(Part.MODEL, began.plusNanos((long) (1e9 * result.wallSeconds())));
    try {
      Path last = directory.resolve("result.json");
      end(Part.REPORT, Files.getLastModifiedTime(last).toInstant());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void ended() {
    end(Part.CLOSING, Instant.now());
  }

  private void end(Part part, Instant now) {
    seconds.put(part, 1e-9 * Duration.between(at, now).toNanos());
    at = now;
  }

  double millis(Part part) {
    return 1e3 * seconds.get(part);
  }

  /** Wall time minus the time of the epochs. */
  double millis() {
    return seconds.values().stream().mapToDouble(part -> 1e3 * part).sum();
  }

  double trainedMillis() {
    return 1e3 * trained;
  }
}
