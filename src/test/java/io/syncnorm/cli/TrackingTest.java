package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.experiment.RunListener.Failure;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.MetricsCsv;
import io.syncnorm.tracking.Mlflow;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.protobuf.UnknownFieldSet;
import org.tensorflow.framework.Summary;
import org.tensorflow.hadoop.util.TFRecordReader;

/** Tests tracking: event files read by TensorFlow's classes, and requests to an MLflow server. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrackingTest {
  /** Fields of Event in TensorFlow's event.proto; Summary has its own class. */
  private static final int WALL_TIME = 1;

  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;

  @TempDir Path folder;
  private SampleData data;
  private Path out;

  @BeforeEach
  void writeData() {
    data = SampleData.write(folder);
    out = folder.resolve("runs");
  }

  @Test
  void shouldReportEveryEpochOnceToBothEvenAfterAnInterruption() throws IOException {
    try (MlflowServer server = MlflowServer.start()) {
      List<String> command = data.command("compare", "training.epochs=3");
      // This interrupted run has only its own listener: epochs 1 and 2 of the first model are not
      // tracked.
      InterruptedRun.of(command, out, "with-bn", 2);
      CommandRun run = CommandRun.of(command, out, "--tensorboard", "--mlflow", server.uri());
      RunFolder done = RunFolder.of(run, out);
      assertTrue(run.err().contains("resumes after epoch"), run.err());

      List<EpochMetrics> rows = MetricsCsv.read(done.text("metrics.csv"));
      assertEquals(6, rows.size());
      for (String model : List.of("with-bn", "without-bn")) {
        List<EpochMetrics> expected =
            rows.stream().filter(row -> row.model().equals(model)).toList();
        assertEventsOf(expected, events(done.file("tensorboard").resolve(model)));
        for (EpochMetrics row : expected) {
          assertEquals(
              List.of(row.testAccuracy()),
              server.metric(model + "/test_accuracy", row.epoch()),
              model + " " + row.epoch());
        }
      }
      assertEquals("FINISHED", server.status());
      assertEquals("3", server.param("training.epochs"));
      assertEquals(1, server.runs());
    }
  }

  @Test
  void shouldAppearInSparksMetrics() throws IOException {
    Path csv = Files.createDirectory(folder.resolve("csv"));
    String sink = "spark.metrics.conf.driver.sink.csv.";
    System.setProperty(sink + "class", "org.apache.spark.metrics.sink.CsvSink");
    System.setProperty(sink + "directory", csv.toString());
    try {
      CommandRun run = CommandRun.of(data.command("compare", "training.epochs=3"), out);
      List<EpochMetrics> rows = MetricsCsv.read(RunFolder.of(run, out).text("metrics.csv"));
      EpochMetrics last = rows.get(rows.size() - 1);
      // Spark reports again when it stops.
      assertEquals(last.testAccuracy(), lastValue(csv, "accuracy.test"));
      assertEquals(last.trainLoss(), lastValue(csv, "loss.train"));
      assertEquals(3, lastValue(csv, "epoch"));
      assertEquals(6, lastValue(csv, "epochs")); // of both models
      assertEquals(1, lastValue(csv, "runs.done"));
      assertEquals(0, lastValue(csv, "runs.broken"));
    } finally {
      System.clearProperty(sink + "class");
      System.clearProperty(sink + "directory");
    }
  }

  @Test
  void shouldNotHideWhyARunCouldNotStart() throws IOException {
    Files.createDirectories(out.resolve("index.jsonl")); // in place of the registry's file
    CommandRun run = CommandRun.of(data.command("train"), out, "--tensorboard");
    assertEquals(ExitCode.RESOURCES.code(), run.code(), run.err());
    assertTrue(run.error().contains("cannot write to"), run.err());
  }

  /**
   * Returns the value of a gauge, or the count of a counter or timer, which follow the time stamp.
   */
  private static double lastValue(Path folder, String metric) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Path file =
          files
              .filter(each -> each.toString().endsWith(".driver.syncnorm." + metric + ".csv"))
              .findFirst()
              .orElseThrow();
      List<String> lines = Files.readAllLines(file);
      return Double.parseDouble(lines.get(lines.size() - 1).split(",", -1)[1]);
    }
  }

  @Test
  void shouldGroupCellsOfAGridUnderItsName() throws IOException {
    try (MlflowServer server = MlflowServer.start()) {
      List<String> grid =
          data.command(
              "experiment",
              "experiment.name=nightly",
              "experiment.command=train",
              "experiment.axes.run.seed=1..2");
      assertEquals(0, CommandRun.of(grid, out, "--mlflow", server.uri()).code());

      assertEquals("nightly", server.experiment());
      assertEquals(2, server.runs());
    }
  }

  @Test
  void shouldResendWhatAServerMissedOrRejectedAsParams() throws IOException {
    try (MlflowServer server = MlflowServer.start()) {
      server.dropCalls(4); // the client itself retries this often
      server.takeParamsUpTo(12);
      CommandRun run = CommandRun.of(data.command("train"), out, "--mlflow", server.uri()).done();

      assertTrue(
          run.err().contains("MLflow server unavailable, metrics are sent later"), run.err());
      assertTrue(run.err().contains("logged as tags instead: [data.train-images"), run.err());
      assertFalse(run.err().contains("logging failed"), run.err());
      assertTrue(server.tag("data.train-images").endsWith("train-images\""));
      assertEquals("2", server.param("training.epochs"));
      assertEquals(1, server.metric("with-bn/train_loss", 1).size());
      assertEquals("FINISHED", server.status());
    }
  }

  @Test
  void shouldSendMissingFiguresAtTheNextStart() throws IOException {
    try (MlflowServer server = MlflowServer.start()) {
      server.deleteExperiment("sample");
      CommandRun run = CommandRun.of(data.command("train"), out, "--mlflow", server.uri()).done();
      assertTrue(run.err().contains("mlflow experiments restore --experiment-id 7"), run.err());
      assertEquals(0, server.runs());

      server.restoreExperiment();
      for (int start = 0; start < 2; start++) {
        CommandRun again =
            CommandRun.of(data.command("train"), out, "--quiet", "--mlflow", server.uri());
        assertFalse(again.done().err().contains("MLflow"), again.err());
        assertEquals("FINISHED", server.status());
        assertEquals("2", server.param("training.world"));
        assertEquals(1, server.metric("with-bn/train_loss", 1).size());
        assertEquals(1, server.metric("with-bn/train_loss", 2).size());
      }
      assertEquals(1, server.runs());
    }
  }

  @Test
  void shouldReportHowARunEndedUnlessItWasDeletedOnTheServer() throws IOException {
    try (MlflowServer server = MlflowServer.start()) {
      Configuration configuration = Configuration.defaults();
      List<String> missing = new ArrayList<>();
      RunListener warned =
          new RunListener() {
            @Override
            public void outputFailed(String what, Exception cause) {
              missing.add(cause.getMessage());
            }
          };
      for (Failure how : Failure.values()) {
        Mlflow mlflow = new Mlflow(server.uri(), "x", configuration, warned);
        mlflow.runStarted(Path.of("run"), 1, 1);
        mlflow.runFailed(how, "by chance ".repeat(600));
        assertEquals(how == Failure.ERROR ? "FAILED" : "KILLED", server.status());
        assertTrue(server.tag("syncnorm.message").startsWith("by chance"));
      }
      assertEquals(1, server.runs());
      assertEquals(List.of(), missing);

      Mlflow mlflow = new Mlflow(server.uri(), "x", configuration, warned);
      mlflow.runStarted(Path.of("another"), 1, 1);
      server.awaitRuns(2);
      server.deleteRuns();
      mlflow.runFailed(Failure.ERROR, "by chance");
      assertEquals(1, missing.size(), missing.toString());
      assertTrue(missing.get(0).contains("Current state is deleted"), missing.toString());
    }
  }

  @Test
  void shouldTrainWithoutAServer() throws IOException {
    CommandRun run =
        CommandRun.of(data.command("train"), out, "--mlflow", "http://127.0.0.1:1").done();

    assertTrue(run.err().contains("MLflow logging failed"), run.err());
  }

  @Test
  void shouldRefuseAFolderAsTrackingServer() {
    CommandRun run = CommandRun.of(data.command("train"), out, "--mlflow", "file:/tmp/mlruns");

    assertEquals(ExitCode.USAGE.code(), run.code());
    assertTrue(run.err().contains("cannot write to folders"), run.err());
  }

  private static List<UnknownFieldSet> events(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.toList();
    }
    assertEquals(1, files.size(), files.toString());
    assertTrue(files.get(0).getFileName().toString().contains("tfevents"));
    List<UnknownFieldSet> events = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(files.get(0)))) {
      TFRecordReader reader = new TFRecordReader(in, true); // verifies the checksums
      for (byte[] record = reader.read(); record != null; record = reader.read()) {
        events.add(UnknownFieldSet.parseFrom(record));
      }
      assertNull(reader.read());
    }
    return events;
  }

  private static void assertEventsOf(List<EpochMetrics> rows, List<UnknownFieldSet> events)
      throws IOException {
    assertEquals(
        "brain.Event:2",
        events.get(0).getField(FILE_VERSION).getLengthDelimitedList().get(0).toStringUtf8());
    assertEquals(rows.size() + 1, events.size());
    for (EpochMetrics row : rows) {
      UnknownFieldSet event = events.get(row.epoch());
      assertEquals(List.of((long) row.epoch()), event.getField(STEP).getVarintList());
      long wallTime = event.getField(WALL_TIME).getFixed64List().get(0);
      assertTrue(Double.longBitsToDouble(wallTime) > 1.7e9);
      Summary summary = Summary.parseFrom(event.getField(SUMMARY).getLengthDelimitedList().get(0));
      assertEquals((float) row.testAccuracy(), value(summary, "accuracy/test"));
      assertEquals((float) row.trainLoss(), value(summary, "loss/train"));
      assertEquals(9, summary.getValueCount());
    }
  }

  private static float value(Summary summary, String tag) {
    return summary.getValueList().stream()
        .filter(value -> value.getTag().equals(tag))
        .map(Summary.Value::getSimpleValue)
        .findFirst()
        .orElseThrow();
  }
}
