package io.syncnorm.report.html;

import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.RunResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All that {@link HtmlReport} shows.
 *
 * @param result the run
 * @param epochs the rows of all models
 * @param evaluations by model name; a model that was not evaluated is simply missing
 * @param config the effective configuration as text
 * @param versions what the run ran on, by name, in the order to be shown: Java, Spark, DL4J, BLAS,
 *     operating system, cores
 */
public record ReportPage(
    RunResult result,
    List<EpochMetrics> epochs,
    Map<String, ClassificationReport> evaluations,
    String config,
    Map<String, String> versions) {

  /** Copies the collections; their order is kept. */
  public ReportPage {
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(config, "config");
    epochs = List.copyOf(epochs);
    evaluations = Collections.unmodifiableMap(new LinkedHashMap<>(evaluations));
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }
}
