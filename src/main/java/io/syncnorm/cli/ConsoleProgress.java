package io.syncnorm.cli;

import io.syncnorm.cli.process.Terminal;
import io.syncnorm.cli.process.TextTable;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.nn.Blas;
import io.syncnorm.report.Baseline;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import io.syncnorm.train.EpochResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the progress of a run: a progress bar on a terminal, one line per epoch in a log. */
class ConsoleProgress implements RunListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("io.syncnorm");

  enum Style {
    BAR,
    LINES,
    SILENT
  }

  private final Style style;
  private Path directory;
  private int epochs;
  private ProgressBar bar;
  private final LoadingRemarks loading = new LoadingRemarks(this::remark);

  ConsoleProgress(Style style) {
    this.style = style;
  }

  static ConsoleProgress create(boolean quiet) {
    if (quiet) {
      return new ConsoleProgress(Style.SILENT);
    }
    return new ConsoleProgress(Terminal.ofProcess().isTerminal() ? Style.BAR : Style.LINES);
  }

  @Override
  public void dataLoaded(long rows, long bytes) {
    loading.loaded(rows, bytes);
  }

  @Override
  public void runStarted(Path runDirectory, int world, int stepsPerEpoch) {
    directory = runDirectory;
    say(
        "run directory {}, world {}, {} steps per epoch, {}",
        runDirectory,
        world,
        stepsPerEpoch,
        Blas.instance().description());
  }

  @Override
  public void modelRemark(String model, String remark) {
    say("{}: {}", model, remark);
  }

  @Override
  public void modelStarted(String model, int epochCount) {
    epochs = epochCount;
    if (style == Style.BAR) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(model)
              .setInitialMax(epochCount)
              .setStyle(ProgressBarStyle.ASCII)
              .setUnit(" epochs", 1)
              .setUpdateIntervalMillis(100)
              .build();
    }
  }

  @Override
  public void runFinishedBefore(Path runDirectory, RunResult result) {
    directory = runDirectory;
    say("{} already contains the finished run; --force trains it again", runDirectory);
  }

  @Override
  public void modelResumed(String model, Optional<String> run, List<EpochResult> history) {
    if (bar != null) {
      bar.stepTo(history.size());
    } else if (run.isPresent()) {
      say("{}: continues after epoch {}/{} from run {}", model, history.size(), epochs, run.get());
    } else {
      say("{} resumes after epoch {}/{} from its checkpoint", model, history.size(), epochs);
    }
  }

  @Override
  public void checkpointUnused(String checkpoint, String reason) {
    LOG.warn("{} is not used: {}", checkpoint, reason);
  }

  @Override
  public void epochFinished(String model, EpochResult result) {
    String figures =
        String.format(
            Locale.ROOT,
            "loss %.4f  accuracy %.4f  test loss %.4f  test accuracy %.4f",
            result.trainLoss(),
            result.trainAccuracy(),
            result.testLoss(),
            result.testAccuracy());
    if (bar != null) {
      bar.step();
      bar.setExtraMessage(String.format(Locale.ROOT, "test accuracy %.4f", result.testAccuracy()));
    } else if (style == Style.LINES) {
      EpochResult.Times times = result.times();
      LOG.info(
          "{} epoch {}/{}  {}  {}",
          model,
          result.epoch(),
          epochs,
          figures,
          String.format(
              Locale.ROOT,
              "%.2f s (compute %.2f, sync %.3f, wait %.3f, average %.3f)",
              times.seconds(),
              times.computeSeconds(),
              times.syncSeconds(),
              times.waitSeconds(),
              times.averageSeconds()));
    }
  }

  @Override
  public void modelFinished(String model) {
    close();
  }

  @Override
  public void baselineTrained(String baseline, Baseline.Point point) {
    say(
        "{}: test accuracy {} after {} iterations, {} s",
        baseline,
        String.format(Locale.ROOT, "%.4f", point.testAccuracy()),
        point.iterations(),
        String.format(Locale.ROOT, "%.2f", point.seconds()));
  }

  @Override
  public void outputFailed(String what, Exception cause) {
    LOG.warn("{} failed: {}", what, cause.getMessage());
  }

  /** Shows the results: a table on a terminal, one line per model in a log. */
  void finished(RunResult result) {
    if (style == Style.BAR) {
      System.err.print(table(result.models(), Terminal.ofProcess()));
      System.err.println("report: " + directory.resolve("report.html"));
      return;
    }
    for (ModelResult model : result.models()) {
      say(
          "{}: test accuracy {} after {} epochs{}, {} s per epoch",
          model.name(),
          String.format(Locale.ROOT, "%.4f", model.testAccuracy()),
          model.epochs(),
          model.bestEpoch() == 0 ? "" : " (best: epoch " + model.bestEpoch() + ")",
          String.format(Locale.ROOT, "%.2f", model.secondsPerEpoch()));
    }
    say("report: {}", directory.resolve("report.html"));
  }

  static String table(List<ModelResult> models, Terminal terminal) {
    TextTable table = new TextTable("model", "test accuracy", "test loss", "epochs", "seconds");
    for (ModelResult model : models) {
      table.add(
          List.of(
              model.name(),
              String.format(Locale.ROOT, "%.4f", model.testAccuracy()),
              String.format(Locale.ROOT, "%.4f", model.testLoss()),
              model.epochs() + (model.bestEpoch() == 0 ? "" : " (best: " + model.bestEpoch() + ")"),
              String.format(Locale.ROOT, "%.1f", model.trainSeconds())));
    }
    List<String> lines = table.text().lines().toList();
    return lines.stream()
        .skip(1)
        .collect(Collectors.joining("\n", terminal.styled("bold", lines.get(0)) + "\n", "\n"));
  }

  /** Ends the line of an unfinished progress bar. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  /** Logs a remark that is not about progress, unless {@code --quiet} is set. */
  void remark(String text) {
    say("{}", text);
  }

  private void say(String format, Object... arguments) {
    if (style != Style.SILENT) {
      LOG.info(format, arguments);
    }
  }
}
