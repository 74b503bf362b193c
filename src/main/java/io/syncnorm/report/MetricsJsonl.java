package io.syncnorm.report;

/**
 * {@code metrics.jsonl}: one JSON object per line, model and epoch, with all that is known of it:
 * the columns of {@code metrics.csv} and {@link EpochDetails}. What is not finite is {@code null}.
 */
public final class MetricsJsonl {
  private MetricsJsonl() {}

  /** One row with its line feed; a file is written line by line as training goes on. */
  public static String line(EpochMetrics row) {
    return Json.line(row) + "\n";
  }
}
