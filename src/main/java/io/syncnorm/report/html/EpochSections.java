package io.syncnorm.report.html;

import io.syncnorm.report.EpochMetrics;
import java.util.List;

/**
 * The parts of a run's report that come from its epochs alone, as HTML. Drawing them takes longer
 * than all the rest, and may begin as soon as training has ended.
 */
public record EpochSections(String figures, String drift, String recalibration) {
  /**
   * @param rows those of all models
   */
  public static EpochSections of(List<EpochMetrics> rows) {
    return new EpochSections(
        FigureSections.html(rows), DriftSection.html(rows), RecalibrationSection.html(rows));
  }
}
