package io.syncnorm.report;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code metrics.jsonl}: one line with a JSON object per model and epoch, with the columns of
 * {@code metrics.csv} and {@link EpochDetails}. Numbers that are not finite are {@code null}.
 */
public final class MetricsJsonl {
  /** Name of the file in a run directory. */
  public static final String FILE = "metrics.jsonl";

  /** The row of {@code metrics.csv} that a line belongs to. */
  record ModelEpoch(String model, int epoch) {}

  private MetricsJsonl() {}

  /** Formats one row with its line feed. */
  public static String line(EpochMetrics row) {
    return Json.line(row) + "\n";
  }

  /** Reads the details of each epoch, which {@code metrics.csv} lacks. */
  static Map<ModelEpoch, EpochDetails> details(String text) {
    return text.lines()
        .collect(
            Collectors.toMap(
                line -> Json.read(line, ModelEpoch.class),
                line -> Json.read(line, EpochDetails.class),
                (earlier, later) -> later));
  }
}
