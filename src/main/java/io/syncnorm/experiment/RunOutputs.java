package io.syncnorm.experiment;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.config.Configuration;
import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.Json;
import io.syncnorm.report.MetricsCsv;
import io.syncnorm.report.MetricsJsonl;
import io.syncnorm.report.RunResult;
import io.syncnorm.report.html.HtmlReport;
import io.syncnorm.report.html.ReportPage;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.PlotException;
import io.syncnorm.train.EpochResult;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of a run directory, by name. */
final class RunOutputs {
  static final String CONFIGURATION = "config.conf";
  static final String METRICS = MetricsCsv.FILE;
  static final String MODEL = "model.zip";
  static final String RESULT = "result.json";
  private static final String CURVES_PNG = "curves.png";
  private static final String CURVES_SVG = "curves.svg";
  private static final String OVER_TIME_PNG = "accuracy-over-time.png";
  private static final String OVER_TIME_SVG = "accuracy-over-time.svg";
  private static final String REPORT = "report.html";

  private final RunDirectory directory;
  private final List<RunListener> listeners;
  private final List<EpochMetrics> metrics = new ArrayList<>();

  /** The lines of {@link #metrics}: each row becomes JSON once. */
  private final StringBuilder details = new StringBuilder();

  private RunDrawing drawing;

  RunOutputs(RunDirectory directory, List<RunListener> listeners) {
    this.directory = directory;
    this.listeners = listeners;
  }

  /**
   * The result of an earlier run that was finished.
   *
   * @param dataHashes SHA-256 of each data file by its path, now
   * @throws AnotherRunException if that run read other data
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
    for (Map.Entry<String, String> data : dataHashes.entrySet()) {
      String before = result.data().get(data.getKey());
      if (!data.getValue().equals(before)) {
        throw new AnotherRunException(
            file.toString(),
            "SHA-256 of " + data.getKey(),
            data.getValue(),
            before,
            "train from scratch with --force, or name another --out");
      }
    }
    return Optional.of(result);
  }

  /** Adds epochs of a model to the metrics so far, so that a run that breaks off has its curve. */
  void addEpochs(String model, List<EpochResult> results) {
    for (EpochResult result : results) {
      EpochMetrics row = Metrics.ofEpoch(model, result);
      metrics.add(row);
      details.append(MetricsJsonl.line(row));
    }
    directory.write(
        METRICS,
        out -> {
          Writer csv = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          MetricsCsv.write(metrics, csv);
          csv.flush();
        });
    directory.write(MetricsJsonl.FILE, details.toString());
  }

  /** Begins what {@link #write} needs, when the metrics are complete. */
  void startDrawing() {
    drawing = RunDrawing.start(metrics);
  }

  /** Writes all that comes at the end; {@code result.json} last: where it stands, all is there. */
  void write(
      RunResult result,
      Map<String, ClassificationReport> evaluations,
      Configuration configuration) {
    writePlot(CURVES_PNG, drawing::png, CURVES_SVG, drawing::svg);
    if (!result.baselines().isEmpty()) {
      Plot overTime = Plot.accuracyOverTime(metrics, result.baselines());
      writePlot(OVER_TIME_PNG, overTime::toPng, OVER_TIME_SVG, overTime::toSvg);
    }
    ReportPage page =
        new ReportPage(
            result, metrics, evaluations, configuration.render(), Versions.inUse(result));
    directory.write(REPORT, HtmlReport.html(page, drawing.sections()));
    directory.writeLast(RESULT, Json.pretty(result));
  }

  /** A plot in some format. */
  private interface Picture<T> {
    T get() throws PlotException;
  }

  private void writePlot(String pngFile, Picture<byte[]> png, String svgFile, Picture<String> svg) {
    try {
      byte[] pixels = png.get();
      directory.write(pngFile, out -> out.write(pixels));
      directory.write(svgFile, svg.get());
    } catch (PlotException e) {
      // A trained model must not be lost for want of a font.
      listeners.forEach(each -> each.outputMissing(pngFile + " and " + svgFile, e));
    }
  }
}
