package io.syncnorm.report;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code metrics.csv}: a header and one line per model and epoch. Decimals have a point whatever
 * the locale; lines end with a line feed; the model's name is quoted as in RFC 4180 where it has to
 * be.
 */
public final class MetricsCsv {
  /** Name of the file in a run directory. */
  public static final String FILE = "metrics.csv";

  /** The first line, without its line end. */
  public static final String HEADER =
      "model,epoch,train_loss,train_accuracy,test_loss,test_accuracy,"
          + "seconds,compute_seconds,sync_seconds,wait_seconds,average_seconds";

  private static final Pattern LINE =
      Pattern.compile("(\"(?:[^\"]|\"\")*\"|[^,\"]*),([0-9]{1,9}),([^,]+(?:,[^,]+){8})");

  private MetricsCsv() {}

  /** Writes the header and all rows to {@code out}, which stays open. */
  public static void write(List<EpochMetrics> rows, Appendable out) throws IOException {
    out.append(HEADER).append('\n');
    for (EpochMetrics row : rows) {
      out.append(line(row)).append('\n');
    }
  }

  /**
   * The rows of a file that {@link #write} wrote.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static List<EpochMetrics> read(String text) {
    return read(text, "");
  }

  /**
   * The rows of a file that {@link #write} wrote, with what {@code metrics.jsonl} says of them.
   *
   * @param jsonl of lines as {@link MetricsJsonl#line} makes them, of any of the rows
   * @throws IllegalArgumentException if a text is none
   */
  public static List<EpochMetrics> read(String text, String jsonl) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IllegalArgumentException(
          "expected header=%s, found %s"
              .formatted(HEADER, lines.isEmpty() ? "nothing" : lines.get(0)));
    }
    Map<MetricsJsonl.ModelEpoch, EpochDetails> details = MetricsJsonl.details(jsonl);
    return lines.stream().skip(1).map(line -> row(line, details)).toList();
  }

  private static EpochMetrics row(String line, Map<MetricsJsonl.ModelEpoch, EpochDetails> details) {
    // Only the model's name may be quoted, and it comes first.
    Matcher fields = LINE.matcher(line);
    if (!fields.matches()) {
      throw new IllegalArgumentException(
          "expected a row of header=%s, found %s".formatted(HEADER, line));
    }
    String name = fields.group(1);
    String model =
        name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    int epoch = Integer.parseInt(fields.group(2));
    double[] figures =
        Arrays.stream(fields.group(3).split(",")).mapToDouble(Double::parseDouble).toArray();
    int at = 0;
    return new EpochMetrics(
        model,
        epoch,
        figures[at++],
        figures[at++],
        figures[at++],
        figures[at++],
        figures[at++],
        figures[at++],
        figures[at++],
        figures[at++],
        figures[at],
        details.getOrDefault(new MetricsJsonl.ModelEpoch(model, epoch), EpochDetails.NONE));
  }

  /** One row without its line end. */
  static String line(EpochMetrics row) {
    return fields(
        row.model(),
        row.epoch(),
        row.trainLoss(),
        row.trainAccuracy(),
        row.testLoss(),
        row.testAccuracy(),
        row.seconds(),
        row.computeSeconds(),
        row.syncSeconds(),
        row.waitSeconds(),
        row.averageSeconds());
  }

  /** The values, separated by commas. */
  static String fields(Object... values) {
    return Stream.of(values)
        .map(value -> quoted(value.toString()))
        .collect(Collectors.joining(","));
  }

  /** The field as RFC 4180 has it: in quotes where it needs them. */
  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
