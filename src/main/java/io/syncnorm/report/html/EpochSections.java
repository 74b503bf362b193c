package io.syncnorm.report.html;

import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.RunResult;
import java.util.List;

/**
 * The sections of a run's report that depend only on its epochs, as HTML. Drawing them takes most
 * of the report's time and can start as soon as training has ended.
 */
public record EpochSections(String figures, String drift, String recalibration) {
  /**
   * Draws the sections.
   *
   * @param rows of all models
   * @param hosts on which they were trained
   */
  public static EpochSections of(List<EpochMetrics> rows, List<RunResult.Hosts> hosts) {
    return new EpochSections(
        FigureSections.html(rows, hosts), DriftSection.html(rows), RecalibrationSection.html(rows));
  }
}
