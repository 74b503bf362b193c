package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.report.MetricsCsv;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the output of a comparison. */
@Timeout(120)
class CompareTest {
  private static final List<String> FILES =
      List.of(
          ".lock",
          "checkpoints/with-bn-1.ckpt",
          "checkpoints/with-bn-2.ckpt",
          "checkpoints/without-bn-1.ckpt",
          "checkpoints/without-bn-2.ckpt",
          "config.conf",
          "curves.png",
          "curves.svg",
          "metrics.csv",
          "metrics.jsonl",
          "report.html",
          "result.json",
          "with-bn/" + RunFolder.MODEL,
          "without-bn/" + RunFolder.MODEL);

  @TempDir static Path folder;
  private static SampleData data;
  private static CommandRun run;
  private static RunFolder first;

  @BeforeAll
  static void compare() {
    data = SampleData.write(folder);
    run = CommandRun.of(data.command("compare"), folder.resolve("runs"));
    first = RunFolder.of(run, folder.resolve("runs"));
  }

  @Test
  void shouldWriteEveryFile() throws IOException {
    assertEquals(FILES, first.files());
    byte[] png = Files.readAllBytes(first.file("curves.png"));
    assertEquals("89504e470d0a1a0a", HexFormat.of().formatHex(png, 0, 8));
    assertTrue(first.text("curves.svg").contains("<svg"));
    assertTrue(first.text("report.html").contains(first.result().run()));
  }

  @Test
  void shouldPrintTheResultAndNothingElse() throws IOException {
    ObjectMapper json = new ObjectMapper();
    assertEquals(1, run.out().lines().count(), run.out());
    assertTrue(run.out().endsWith("\n"));
    JsonNode printed = json.readTree(run.out());
    assertEquals(json.readTree(first.text("result.json")), printed);
    List<String> fields = new ArrayList<>();
    printed.fieldNames().forEachRemaining(fields::add);
    assertEquals(
        List.of(
            "status",
            "run",
            "seed",
            "world",
            "blas",
            "data",
            "sparkVersion",
            "models",
            "wallSeconds",
            "hosts"),
        fields);
  }

  @Test
  void shouldReportBothModels() throws Exception {
    RunResult result = first.result();
    assertEquals("done", result.status());
    assertEquals(42, result.seed());
    assertEquals(2, result.world(), "auto: one rank a slot");
    assertTrue(result.run().matches("sample-[0-9a-f]{8}"), result.run());
    assertEquals(
        List.of("with-bn", "without-bn"), result.models().stream().map(ModelResult::name).toList());
    ModelResult with = result.models().get(0);
    assertTrue(with.batchNorm());
    assertFalse(result.models().get(1).batchNorm());
    assertEquals(16 * 8 + 8 + 8 + 8 * 3 + 3, with.parameters());
    assertEquals(2, with.epochs());
    assertTrue(with.secondsPerEpoch() > 0 && with.secondsPerEpoch() < with.trainSeconds());
    assertTrue(with.trainSeconds() < result.wallSeconds());
    assertEquals(2 * SampleData.TRAIN_ROWS, with.examplesPerSecond() * with.trainSeconds(), 1e-6);
    assertEquals("with-bn/" + RunFolder.MODEL, with.file());
    assertEquals(
        Map.of(
            "file:" + data.images("train"), sha256(data.images("train")),
            "file:" + data.labels("train"), sha256(data.labels("train")),
            "file:" + data.images("test"), sha256(data.images("test")),
            "file:" + data.labels("test"), sha256(data.labels("test"))),
        result.data());
  }

  @Test
  void shouldWriteARowPerModelAndEpoch() throws IOException {
    List<String> lines = first.text("metrics.csv").lines().toList();
    assertEquals(MetricsCsv.HEADER, lines.get(0));
    List<String> rows = lines.subList(1, lines.size());
    assertEquals(
        List.of("with-bn,1", "with-bn,2", "without-bn,1", "without-bn,2"),
        rows.stream().map(row -> row.replaceFirst("^([^,]*,[^,]*),.*", "$1")).toList());
    for (String row : rows) {
      assertEquals(11, row.split(",", -1).length, row);
    }
    ModelResult last = first.result().models().get(1);
    String[] cells = rows.get(3).split(",", -1);
    assertEquals(last.testLoss(), Double.parseDouble(cells[4]));
    assertEquals(last.testAccuracy(), Double.parseDouble(cells[5]));
  }

  @Test
  void shouldWriteTheConfigurationWithTheResolvedWorld() {
    Configuration kept = ConfigLoader.load(List.of(first.file("config.conf")), List.of());
    List<String> settings = new ArrayList<>(data.command("compare"));
    settings.removeIf(word -> word.equals("compare") || word.equals("--set"));
    Configuration given = ConfigLoader.load(List.of(), settings);
    assertEquals(new WorldSize.Auto(), given.get(Keys.WORLD));
    assertEquals(given.with(Keys.WORLD, new WorldSize.Fixed(2)), kept);
  }

  @Test
  void shouldReportEachEpochOnStandardError() {
    assertTrue(run.err().contains("with-bn epoch 1/2"), run.err());
    assertTrue(run.err().contains("without-bn epoch 2/2"), run.err());
    assertTrue(run.err().contains("world 2, 4 steps per epoch"), run.err());
    assertTrue(run.err().contains(first.file("report.html").toString()), run.err());
  }

  @Test
  void shouldRepeatBitForBitInAFolderOfTheSameName() throws IOException {
    Path out = folder.resolve("again");
    RunFolder second = RunFolder.of(CommandRun.of(data.command("compare"), out), out);
    assertEquals(first.result().run(), second.result().run());
    for (String zip : List.of("with-bn/" + RunFolder.MODEL, "without-bn/" + RunFolder.MODEL)) {
      assertEquals(first.parametersHash(zip), second.parametersHash(zip));
    }
    assertEquals(losses(first), losses(second));
  }

  @Test
  void shouldUseAnotherFolderForAnotherSeedOrCommand() throws IOException {
    Path out = folder.resolve("others");
    RunFolder seed = RunFolder.of(CommandRun.of(data.command("compare", "run.seed=7"), out), out);
    RunFolder train = RunFolder.of(CommandRun.of(data.command("train"), out), out);
    assertEquals(7, seed.result().seed());
    assertNotEquals(first.result().run(), seed.result().run());
    assertNotEquals(first.result().run(), train.result().run());
    String zip = "with-bn/" + RunFolder.MODEL;
    assertNotEquals(first.parametersHash(zip), seed.parametersHash(zip));
    assertEquals(first.parametersHash(zip), train.parametersHash(RunFolder.MODEL));
  }

  private static List<Double> losses(RunFolder folder) {
    return folder.result().models().stream().map(ModelResult::testLoss).toList();
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
