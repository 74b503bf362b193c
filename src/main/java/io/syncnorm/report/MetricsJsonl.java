package io.syncnorm.report;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code metrics.jsonl}: one JSON object per line, model and epoch, with all that is known of it:
 * the columns of {@code metrics.csv} and {@link EpochDetails}. What is not finite is {@code null}.
 */
public final class MetricsJsonl {
  /** Name of the file in a run directory. */
  public static final String FILE = "metrics.jsonl";

  private record Key(String model, int epoch) {}

  private MetricsJsonl() {}

  /** One row with its line feed; a file is written line by line as training goes on. */
  public static String line(EpochMetrics row) {
    return Json.line(row) + "\n";
  }

  /**
   * Rows of {@code metrics.csv} with what the file beside it says of them.
   *
   * @param text of lines as {@link #line} makes them
   * @throws IllegalArgumentException if a line is none
   */
  public static List<EpochMetrics> addDetails(List<EpochMetrics> rows, String text) {
    Map<Key, EpochDetails> details = new HashMap<>();
    for (String line : text.lines().toList()) {
      details.put(Json.read(line, Key.class), Json.read(line, EpochDetails.class));
    }
    return rows.stream()
        .map(
            row -> {
              EpochDetails known = details.get(new Key(row.model(), row.epoch()));
              return known == null ? row : row.withDetails(known);
            })
        .toList();
  }
}
