package io.syncnorm.report;

import java.io.IOException;
import java.util.List;

/**
 * {@code metrics.csv}: a header and one line per model and epoch. Decimals have a point whatever
 * the locale; lines end with a line feed; the model's name is quoted as in RFC 4180 where it has to
 * be.
 */
public final class MetricsCsv {
  /** The first line, without its line end. */
  public static final String HEADER =
      "model,epoch,train_loss,train_accuracy,test_loss,test_accuracy,"
          + "seconds,compute_seconds,sync_seconds,wait_seconds,average_seconds";

  private MetricsCsv() {}

  /** Writes the header and all rows to {@code out}, which stays open. */
  public static void write(List<EpochMetrics> rows, Appendable out) throws IOException {
    out.append(HEADER).append('\n');
    for (EpochMetrics row : rows) {
      out.append(line(row)).append('\n');
    }
  }

  /** One row without its line end, for callers that append while training goes on. */
  public static String line(EpochMetrics row) {
    return quoted(row.model())
        + ','
        + row.epoch()
        + ','
        + row.trainLoss()
        + ','
        + row.trainAccuracy()
        + ','
        + row.testLoss()
        + ','
        + row.testAccuracy()
        + ','
        + row.seconds()
        + ','
        + row.computeSeconds()
        + ','
        + row.syncSeconds()
        + ','
        + row.waitSeconds()
        + ','
        + row.averageSeconds();
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
