package io.syncnorm.report;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code metrics.jsonl}: one JSON object per line, model and epoch, with all that is known of it:
 * the columns of {@code metrics.csv} and {@link EpochDetails}. What is not finite is {@code null}.
 */
public final class MetricsJsonl {
  /** Name of the file in a run directory. */
  public static final String FILE = "metrics.jsonl";

  /** The row of {@code metrics.csv} that a line belongs to. */
  record ModelEpoch(String model, int epoch) {}

  private MetricsJsonl() {}

  /** One row with its line feed; a file is written line by line as training goes on. */
  public static String line(EpochMetrics row) {
    return Json.line(row) + "\n";
  }

  /** What a file of such lines says of each epoch beyond {@code metrics.csv}. */
  static Map<ModelEpoch, EpochDetails> details(String text) {
    return text.lines()
        .collect(
            Collectors.toMap(
                line -> Json.read(line, ModelEpoch.class),
                line -> Json.read(line, EpochDetails.class),
                (earlier, later) -> later));
  }
}
