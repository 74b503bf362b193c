package io.syncnorm.tracking;

import io.syncnorm.experiment.Metrics;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.train.EpochResult;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes event files to {@code tensorboard/<model>/} in the run directory: {@code tensorboard
 * --logdir runs} shows all runs of a folder.
 */
public final class TensorBoard implements RunListener {
  private static final String FOLDER = "tensorboard";

  private final RunListener warned;
  private Path directory;
  private EventFile file;

  /**
   * @param warned is notified if the files cannot be written
   */
  public TensorBoard(RunListener warned) {
    this.warned = warned;
  }

  private interface Step {
    void run() throws IOException;
  }

  @Override
  public void runStarted(Path runDirectory, int world, int stepsPerEpoch) {
    directory = runDirectory;
  }

  @Override
  public void modelStarted(String model, int epochs) {
    attempt(
        () -> {
          Path folder = Files.createDirectories(directory.resolve(FOLDER).resolve(model));
          try (DirectoryStream<Path> earlier = Files.newDirectoryStream(folder, "*tfevents*")) {
            for (Path each : earlier) {
              Files.delete(each);
            }
          }
          double now = seconds();
          file =
              new EventFile(
                  folder.resolve("events.out.tfevents." + Math.round(now) + ".syncnorm"), now);
        });
  }

  @Override
  public void modelResumed(String model, Optional<String> run, List<EpochResult> history) {
    history.forEach(result -> epochFinished(model, result));
  }

  @Override
  public void epochFinished(String model, EpochResult result) {
    attempt(() -> add(Metrics.ofEpoch(model, result)));
  }

  private void add(EpochMetrics row) throws IOException {
    if (file != null) {
      file.add(
          seconds(),
          row.epoch(),
          Map.of(
              "loss/train", row.trainLoss(),
              "loss/test", row.testLoss(),
              "accuracy/train", row.trainAccuracy(),
              "accuracy/test", row.testAccuracy(),
              "seconds/epoch", row.seconds(),
              "seconds/compute", row.computeSeconds(),
              "seconds/sync", row.syncSeconds(),
              "seconds/wait", row.waitSeconds(),
              "seconds/average", row.averageSeconds()));
    }
  }

  @Override
  public void modelFinished(String model) {
    attempt(
        () -> {
          if (file != null) {
            file.close();
            file = null;
          }
        });
  }

  private void attempt(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      stopWriting(e);
      warned.outputFailed("TensorBoard logging", e);
    }
  }

  private void stopWriting(IOException cause) {
    EventFile unfinished = file;
    file = null;
    if (unfinished != null) {
      try {
        unfinished.close();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }

  private static double seconds() {
    return 1e-3 * System.currentTimeMillis();
  }
}
