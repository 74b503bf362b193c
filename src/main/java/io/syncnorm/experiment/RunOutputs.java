package io.syncnorm.experiment;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.nn.Blas;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.Json;
import io.syncnorm.report.MetricsCsv;
import io.syncnorm.report.MetricsJsonl;
import io.syncnorm.report.RunResult;
import io.syncnorm.report.html.HtmlReport;
import io.syncnorm.report.html.ReportPage;
import io.syncnorm.report.html.RunReport;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.PlotException;
import io.syncnorm.spark.ranks.HostsEvent;
import io.syncnorm.train.EpochResult;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of a run directory, by name. */
final class RunOutputs {
  static final String CONFIGURATION = "config.conf";
  static final String RESULT = "result.json";
  private static final String REPORT = "report.html";

  private final RunDirectory directory;
  private final RunReport report;
  private final List<RunListener> listeners;
  private final Map<String, List<EpochResult>> histories = new HashMap<>();

  /** The JSON lines of all epochs; each is converted once. */
  private final StringBuilder details = new StringBuilder();

  private final Instant start;
  private RunDrawing drawing;

  /**
   * @param report receives what is written here
   * @param start of the run
   */
  RunOutputs(RunDirectory directory, RunReport report, Instant start, List<RunListener> listeners) {
    this.directory = directory;
    this.report = report;
    this.start = start;
    this.listeners = listeners;
  }

  /**
   * Returns the report before the first epoch.
   *
   * @param configuration with a fixed number of ranks
   * @param data SHA-256 of each file, by path
   * @param startNanos of the run, as of {@link System#nanoTime}
   */
  static RunReport report(
      Path directory,
      Configuration configuration,
      List<ModelTraining> trainings,
      Map<String, String> data,
      String sparkVersion,
      long startNanos) {
    RunResult result =
        new RunResult(
            "running",
            directory.getFileName().toString(),
            configuration.get(Keys.SEED),
            configuration.ranks(),
            Blas.instance().description(),
            data,
            sparkVersion,
            trainings.stream().map(each -> Metrics.ofModel(each, List.of(), "")).toList(),
            0,
            List.of(),
            List.of(),
            List.of());
    Map<String, Integer> epochs = new HashMap<>();
    trainings.forEach(each -> epochs.put(each.plan().name(), each.owner().epochs()));
    return new RunReport(
        new ReportPage(
            result, List.of(), Map.of(), configuration.render(), Versions.inUse(result), epochs),
        startNanos);
  }

  /**
   * Returns the result if an earlier run has finished.
   *
   * @param dataHashes current SHA-256 of each data file, by path. Only their order must be that of
   *     the earlier run, whose files may have had other paths
   * @throws AnotherRunException if the earlier run used other data
   */
  static Optional<RunResult> finished(Path directory, Map<String, String> dataHashes) {
    Path file = directory.resolve(RESULT);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    RunResult result;
    try {
      result = Json.read(Files.readString(file), RunResult.class);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "cannot read the result of the finished run %s: %s; train it again with --force"
              .formatted(file, e.getMessage()),
          e);
    }
    List<String> before = contents(result.data());
    List<String> now = contents(dataHashes);
    if (!now.equals(before)) {
      throw new AnotherRunException(
          file.toString(),
          "SHA-256 of its data",
          now,
          before,
          "train from scratch with --force, or use another --out");
    }
    return Optional.of(result);
  }

  /** Returns each content once: a file may be used, or have been used, in several places. */
  private static List<String> contents(Map<String, String> hashes) {
    return hashes.values().stream().distinct().toList();
  }

  /** Adds epochs of a model and writes the metrics, so that an interrupted run has its curve. */
  void addEpochs(ModelTraining training, List<EpochResult> results) {
    String model = training.plan().name();
    List<EpochResult> history = histories.computeIfAbsent(model, name -> new ArrayList<>());
    history.addAll(results);
    List<EpochMetrics> rows =
        results.stream().map(result -> Metrics.ofEpoch(model, result)).toList();
    rows.forEach(row -> details.append(MetricsJsonl.line(row)));
    report.addEpochs(rows, Metrics.ofModel(training, history, ""));
    List<EpochMetrics> metrics = report.page().epochs();
    directory.write(
        MetricsCsv.FILE,
        out -> {
          Writer csv = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          MetricsCsv.write(metrics, csv);
          csv.flush();
        });
    directory.write(MetricsJsonl.FILE, details.toString());
  }

  void addHosts(String model, HostsEvent event) {
    report.addHosts(Metrics.ofHosts(model, event, start));
  }

  /** Starts drawing for {@link #write}; call it when the metrics are complete. */
  void startDrawing() {
    ReportPage page = report.page();
    drawing = RunDrawing.start(page.epochs(), page.result().hosts());
  }

  /** Writes the final outputs; {@code result.json} is last, so it marks the run as complete. */
  void write() {
    ReportPage page = report.page();
    RunResult result = page.result();
    writePlot("curves", drawing::curves);
    if (!result.baselines().isEmpty()) {
      writePlot(
          "accuracy-over-time", Plot.accuracyOverTime(page.epochs(), result.baselines())::files);
    }
    directory.write(REPORT, HtmlReport.html(page, drawing.sections()));
    directory.writeLast(RESULT, Json.pretty(result));
  }

  private interface Drawing {
    Plot.Files files() throws PlotException;
  }

  private void writePlot(String name, Drawing plot) {
    String png = name + ".png";
    String svg = name + ".svg";
    try {
      Plot.Files files = plot.files();
      directory.write(png, out -> out.write(files.png()));
      directory.write(svg, files.svg());
    } catch (PlotException e) {
      // A missing font must not cost a trained model.
      listeners.forEach(each -> each.outputFailed("drawing " + png + " and " + svg, e));
    }
  }
}
