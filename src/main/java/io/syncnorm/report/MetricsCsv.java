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
 * {@code metrics.csv}: a header and one line per model and epoch. Decimals have a point in every
 * locale, lines end with a line feed, and the model's name is quoted as in RFC 4180 if required.
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
   * Reads the rows of a file written by {@link #write}.
   *
   * @throws IllegalArgumentException if the text has another format
   */
  public static List<EpochMetrics> read(String text) {
    return read(text, "");
  }

  /**
   * Reads the rows of a file written by {@link #write}, with the details from {@code
   * metrics.jsonl}.
   *
   * @param jsonl lines written by {@link MetricsJsonl#line}, for any of the rows
   * @throws IllegalArgumentException if a text has another format
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
    // Only the model's name, the first field, may be quoted.
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

  /** Formats one row without its line end. */
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

  /** Joins values with commas. */
  static String fields(Object... values) {
    return Stream.of(values)
        .map(value -> quoted(value.toString()))
        .collect(Collectors.joining(","));
  }

  /** Quotes a field as in RFC 4180 if required. */
  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
