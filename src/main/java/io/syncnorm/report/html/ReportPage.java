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
 * The content of {@link HtmlReport}.
 *
 * @param result the run
 * @param epochs the rows of all models
 * @param evaluations by model name; a model that was not evaluated is missing
 * @param config the effective configuration as text
 * @param versions of the software in use, by name, in display order: Java, Spark, DL4J, BLAS,
 *     operating system, cores
 * @param unfinished configured epochs of each model that is not complete, by name; empty when the
 *     run is done
 */
public record ReportPage(
    RunResult result,
    List<EpochMetrics> epochs,
    Map<String, ClassificationReport> evaluations,
    String config,
    Map<String, String> versions,
    Map<String, Integer> unfinished) {

  /** Copies the collections, keeping their order. */
  public ReportPage {
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(config, "config");
    epochs = List.copyOf(epochs);
    evaluations = Collections.unmodifiableMap(new LinkedHashMap<>(evaluations));
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    unfinished = Map.copyOf(unfinished);
  }
}
