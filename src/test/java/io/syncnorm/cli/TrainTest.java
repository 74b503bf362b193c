package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.Kryo;
import io.syncnorm.Slow;
import io.syncnorm.report.ModelResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.serializer.KryoRegistrator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests training one model, in its variants. */
@Timeout(120)
class TrainTest {
  static final List<String> FILES =
      List.of(
          ".lock",
          "checkpoints/%1$s-%2$d.ckpt",
          "checkpoints/%1$s-%3$d.ckpt",
          "config.conf",
          "curves.png",
          "curves.svg",
          "metrics.csv",
          "metrics.jsonl",
          RunFolder.MODEL,
          "report.html",
          "result.json");

  @TempDir static Path shared;

  /** A run without further settings, on the data of every test. */
  private static RunFolder plain;

  @TempDir Path folder;
  private SampleData data;
  private Path out;

  @BeforeAll
  static void trainWithoutSettings() {
    Path runs = shared.resolve("runs");
    plain = RunFolder.of(CommandRun.of(SampleData.write(shared).command("train"), runs), runs);
  }

  @BeforeEach
  void writeData() {
    data = SampleData.write(folder);
    out = folder.resolve("runs");
  }

  @Test
  void shouldWriteOneTrainedModel() throws IOException {
    RunFolder run = train("training.epochs=10", "training.optimizer.learning-rate=0.05");
    assertEquals(files("with-bn", 9, 10), run.files());
    ModelResult model = run.result().models().get(0);
    assertEquals(1, run.result().models().size());
    assertEquals("with-bn", model.name());
    assertEquals(RunFolder.MODEL, model.file());
    assertTrue(model.testAccuracy() > 0.9, "testAccuracy=" + model.testAccuracy());
    assertEquals(11, run.text("metrics.csv").lines().count());
    assertEquals(10, run.text("metrics.jsonl").lines().count());
    assertTrue(run.text("metrics.jsonl").contains("\"meanDrift\":0."), "drift is measured");
  }

  /** After eight steps, initial values have a weight of 92 % in the running statistics. */
  @Test
  void shouldPredictAsItTrainedAfterAFewSteps() throws IOException {
    List<String> command =
        data.command(
            "train",
            "model.batch-norm.momentum=0.99",
            "training.epochs=2",
            "training.optimizer.learning-rate=0.05");
    CommandRun trained = CommandRun.of(command, out);
    RunFolder run = RunFolder.of(trained, out);
    ModelResult model = run.result().models().get(0);
    assertTrue(model.testAccuracy() > 0.9, "testAccuracy=" + model.testAccuracy());
    assertTrue(trained.err().contains("with-bn: 8 steps are too few for"), trained.err());
    assertTrue(run.text("report.html").contains("id=\"recalibration\""));
    CommandRun evaluated =
        CommandRun.of(
                data.command("evaluate"), out, "--model", run.file(RunFolder.MODEL).toString())
            .done();
    String accuracy = "\"testAccuracy\":" + model.testAccuracy();
    assertTrue(evaluated.out().contains(accuracy), evaluated.out());
  }

  @Test
  void shouldStopEarlyAndKeepTheModelOfTheBestEpoch() throws IOException {
    String rate = "training.optimizer.learning-rate=0.3";
    List<String> command =
        data.command(
            "train",
            rate,
            "training.epochs=30",
            "training.early-stopping=2",
            "checkpoint.every=1000");
    CommandRun trained = CommandRun.of(command, out);
    RunFolder run = RunFolder.of(trained, out);
    ModelResult model = run.result().models().get(0);
    int best = model.bestEpoch();
    assertTrue(model.epochs() < 30, "epochs=" + model.epochs());
    assertEquals(best + 2, model.epochs());
    assertEquals(1 + model.epochs(), run.text("metrics.csv").lines().count());
    String row = run.text("metrics.csv").lines().skip(best).findFirst().orElseThrow();
    assertTrue(
        row.contains("," + model.testLoss() + "," + model.testAccuracy() + ","),
        row + " testLoss=" + model.testLoss());
    assertTrue(run.text("result.json").contains("\"bestEpoch\" : " + best));
    String stopped =
        String.format(
            Locale.ROOT,
            "with-bn: stopped early after epoch %d/30; keeping the model of epoch %d",
            model.epochs(),
            best);
    assertTrue(trained.err().contains(stopped), trained.err());
    Files.delete(run.file("result.json"));
    CommandRun again = CommandRun.of(command, out);
    RunFolder.of(again, out).assertSameOutcome(run);
    assertFalse(again.err().contains("with-bn epoch"), "complete: " + again.err());
    String[] same = {rate, "training.epochs=" + best, "training.early-stopping=0"};
    RunFolder expected = train(same);
    assertEquals(expected.fileHash(RunFolder.MODEL), run.fileHash(RunFolder.MODEL));
    assertFalse(expected.text("result.json").contains("bestEpoch"));
    assertEquals(
        train(rate, "training.epochs=" + best).path(), expected.path(), "the same run as without");
  }

  @Test
  void shouldTrainWithTheUsersSerializerButNotAFailingRegistrator() {
    CommandRun run =
        CommandRun.with(
                Map.of(
                    "spark.serializer", "org.apache.spark.serializer.KryoSerializer",
                    "spark.kryo.registrationRequired", "true",
                    "spark.kryo.registrator", FailingRegistrator.class.getName()),
                data.command("train", "training.world=2"),
                out)
            .done();
    assertTrue(
        run.err().contains("spark.kryo.registrator = " + FailingRegistrator.class.getName()),
        run.err());
    assertTrue(run.err().contains("ignoring "), run.err());
  }

  /** Fails like ND4J's registrator on Java 17. */
  public static final class FailingRegistrator implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {
      throw new IllegalStateException("module java.base does not open java.util.concurrent.atomic");
    }
  }

  @Test
  void shouldTrainWithoutBatchNormalization() throws IOException {
    RunFolder run = train("model.batch-norm.enabled=false");
    assertEquals(files("without-bn", 1, 2), run.files());
    ModelResult model = run.result().models().get(0);
    assertEquals("without-bn", model.name());
    assertEquals(16 * 8 + 8 + 8 * 3 + 3, model.parameters());
  }

  @Slow
  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.averaging.every=2 steps",
        "model.batch-norm.sync=local",
        "model.batch-norm.recalibrate=40",
        "data.partition=dirichlet(0.5)",
        "training.averaging.merge=gradients",
        "training.averaging.outer.type=nesterov",
        "training.averaging.optimizer-state=keep",
        "training.averaging.optimizer-state=reset",
        "training.shuffle=once",
        "training.optimizer.type=sgd",
        "model.activation=tanh",
        "model.hidden=[]",
        "training.world=1"
      })
  void shouldTrainEachVariantDifferentlyAndRepeatably(String setting) throws IOException {
    RunFolder variant = train(setting);
    assertNotEquals(plain.result().run(), variant.result().run());
    String hash = variant.parametersHash(RunFolder.MODEL);
    assertNotEquals(plain.parametersHash(RunFolder.MODEL), hash);
    CommandRun again = CommandRun.of(data.command("train", setting), out, "--force");
    assertEquals(hash, RunFolder.of(again, out).parametersHash(RunFolder.MODEL));
  }

  @Test
  void shouldPrintOnlyTheResultWhenQuiet() {
    CommandRun run = CommandRun.of(data.command("train"), out, "--quiet");
    RunFolder.of(run, out);
    // Warnings of this machine or of Spark may be there.
    assertFalse(run.err().contains("INFO"), run.err());
  }

  @Test
  void shouldRunMoreRanksThanCoresInTurns() {
    int cores = Runtime.getRuntime().availableProcessors();
    int world = cores + 1;
    List<String> command = data.command("train", "training.world=" + world);
    CommandRun run = CommandRun.on("local[*]", command, out);
    assertEquals(world, RunFolder.of(run, out).result().world());
    String hosts = String.format(Locale.ROOT, "world %d on %d hosts, 2 ranks a slot", world, cores);
    assertTrue(run.err().contains(hosts), run.err());
    String start = "starting Spark on local[*] for sample";
    assertTrue(run.err().lines().findFirst().orElse("").contains(start), run.err());
    CommandRun quiet = CommandRun.on("local[*]", command, out, "--quiet", "--force").done();
    assertFalse(quiet.err().contains("INFO"), quiet.err());
  }

  private static List<String> files(String model, int... epochs) {
    return FILES.stream()
        .map(file -> String.format(Locale.ROOT, file, model, epochs[0], epochs[1]))
        .sorted()
        .toList();
  }

  private RunFolder train(String... settings) {
    return RunFolder.of(CommandRun.of(data.command("train", settings), out), out);
  }
}
