package io.syncnorm.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code summary.csv}: a header and a line per model of each run; a run without models has one
 * line. The format is that of {@link MetricsCsv}.
 */
public final class SummaryCsv {
  /** The first line, without its line end. */
  public static final String HEADER =
      "run,status,experiment,cell,command,seed,world,model,epochs,test_accuracy,test_loss,"
          + "seconds_per_epoch,train_seconds,wall_seconds,code,started,ended";

  private SummaryCsv() {}

  public static String of(List<RunRecord> records) {
    return Stream.concat(Stream.of(HEADER), records.stream().flatMap(SummaryCsv::lines))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static Stream<String> lines(RunRecord record) {
    return record.models().isEmpty()
        ? Stream.of(line(record, ",,,,,"))
        : record.models().stream().map(model -> line(record, figures(model)));
  }

  private static String figures(ModelResult model) {
    return MetricsCsv.fields(
        model.name(),
        model.epochs(),
        model.testAccuracy(),
        model.testLoss(),
        model.secondsPerEpoch(),
        model.trainSeconds());
  }

  private static String line(RunRecord record, String figures) {
    String before =
        MetricsCsv.fields(
            record.run(),
            record.status(),
            record.experiment(),
            cell(record.cell()),
            record.command(),
            record.settings().getOrDefault("run.seed", ""),
            record.world());
    String after =
        MetricsCsv.fields(record.wallSeconds(), record.code(), record.started(), record.ended());
    return String.join(",", before, figures, after);
  }

  /** Formats coordinates as {@code key=value}, separated by blanks. */
  public static String cell(Map<String, String> coordinates) {
    return coordinates.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }
}
