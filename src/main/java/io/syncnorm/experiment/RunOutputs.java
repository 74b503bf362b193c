package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.Evaluation;
import io.syncnorm.report.HtmlReport;
import io.syncnorm.report.MetricsCsv;
import io.syncnorm.report.Plot;
import io.syncnorm.report.PlotException;
import io.syncnorm.report.ReportPage;
import io.syncnorm.report.RunResult;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The files of a run directory, by name. */
final class RunOutputs {
  static final String CONFIGURATION = "config.conf";
  static final String METRICS = "metrics.csv";
  static final String MODEL = "model.zip";
  static final String RESULT = "result.json";
  private static final String CURVES_PNG = "curves.png";
  private static final String CURVES_SVG = "curves.svg";
  private static final String REPORT = "report.html";

  private final RunDirectory directory;
  private final RunListener listener;

  RunOutputs(RunDirectory directory, RunListener listener) {
    this.directory = directory;
    this.listener = listener;
  }

  /** Writes the rows so far, so that a run that breaks off leaves its curve. */
  void writeMetrics(List<EpochMetrics> metrics) {
    directory.write(
        METRICS,
        out -> {
          Writer csv = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          MetricsCsv.write(metrics, csv);
          csv.flush();
        });
  }

  /** Writes all that comes at the end; {@code result.json} last: where it stands, all is there. */
  void write(
      RunResult result,
      List<EpochMetrics> metrics,
      Map<String, Evaluation> evaluations,
      Configuration configuration) {
    try {
      Plot curves = Plot.accuracy(metrics);
      byte[] png = curves.toPng();
      directory.write(CURVES_PNG, out -> out.write(png));
      directory.write(CURVES_SVG, curves.toSvg());
    } catch (PlotException e) {
      // A trained model must not be lost for want of a font.
      listener.outputMissing(CURVES_PNG + " and " + CURVES_SVG, e);
    }
    directory.write(
        REPORT,
        HtmlReport.html(
            new ReportPage(
                result, metrics, evaluations, configuration.render(), Versions.inUse(result))));
    directory.write(RESULT, result.toJson());
  }
}
