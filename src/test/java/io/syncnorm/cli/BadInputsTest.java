package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.files.RemoteFileSystem;
import io.syncnorm.spark.ScalaCollections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerUnpersistRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.RDDInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad data at the command line: the message names it and says what to do, nobody sees a stack
 * trace, and nothing is left behind.
 */
@Timeout(300)
class BadInputsTest {
  @TempDir static Path folder;
  private static UserLogging logging;
  private static List<BadInput> inputs;
  private static String model;

  /** RDDs that are persisted. */
  public static final class Persisted extends SparkListener {
    static final Set<Integer> NUMBERS = ConcurrentHashMap.newKeySet();

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted stage) {
      for (RDDInfo rdd : ScalaCollections.javaList(stage.stageInfo().rddInfos())) {
        if (rdd.storageLevel().isValid()) {
          NUMBERS.add(rdd.id());
        }
      }
    }

    @Override
    public void onUnpersistRDD(SparkListenerUnpersistRDD unpersisted) {
      NUMBERS.remove(unpersisted.rddId());
    }
  }

  @BeforeAll
  static void write() throws IOException {
    BadInputs all = new BadInputs(folder.resolve("inputs"));
    try (SparkSession spark = session()) {
      BadFiles.addTo(all);
      BadTexts.addTo(all);
      BadColumns.addTo(all, spark);
    }
    inputs = all.all();
    logging = UserLogging.start(folder);
    Path good = Files.writeString(folder.resolve("good.csv"), BadTexts.CSV);
    Path out = folder.resolve("good");
    List<String> settings = all.table("csv", good.toString(), good.toString());
    BadInput sound = new BadInput("sound", settings, RemoteFileSystem.Fault.NONE, List.of());
    model =
        RunFolder.of(CommandRun.of(sound.command("train"), out), out).file(RunFolder.MODEL) + "";
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate();
  }

  @AfterAll
  static void logAsForTests() {
    logging.close();
  }

  static List<BadInput> otherInputs() {
    List<BadInput> others = new ArrayList<>(inputs);
    others.removeAll(inputsOfEachKind().toList());
    return others;
  }

  @Slow
  @ParameterizedTest(name = "{0}")
  @MethodSource("otherInputs")
  void shouldRefuseToTrainOnOthers(BadInput input) throws IOException {
    shouldRefuseToTrain(input);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputsOfEachKind")
  void shouldRefuseToTrain(BadInput input) throws IOException {
    Path out = folder.resolve("runs");
    run(input, input.command("train"), out)
        .assertFailed(ExitCode.DATA, input.message().toArray(String[]::new));
    assertFalse(Files.exists(out), "the run has begun");
  }

  private static Stream<BadInput> named(String... names) {
    return Stream.of(names)
        .map(name -> inputs.stream().filter(each -> each.name().equals(name)).findFirst())
        .map(Optional::orElseThrow);
  }

  static Stream<BadInput> inputsOfEachKind() {
    return named(
        "csv: no such file",
        "csv: broken number",
        "csv: label of 2 in test",
        "csv: weights of 0",
        "json: malformed",
        "libsvm: indices not ascending",
        "parquet: torn",
        "idx: torn gzip");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputsOfEachKind")
  void shouldBeFoundByCheck(BadInput input) throws IOException {
    CommandRun run = run(input, input.command("check"), folder.resolve("checked"));
    assertEquals(ExitCode.DATA.code(), run.code(), run.err());
    String fault = run.err().lines().filter(line -> line.startsWith("FAULT")).findFirst().get();
    for (String part : input.message()) {
      assertTrue(fault.contains(part), fault);
    }
  }

  static Stream<BadInput> inputsForAModel() {
    return named(
        "csv: no such file",
        "csv: broken number",
        "csv: short line",
        "csv: vanishes, schema",
        "csv: forbidden",
        "csv: torn gzip");
  }

  private static String path(BadInput input) {
    return input.settings().stream()
        .filter(each -> each.startsWith("data.train.path="))
        .map(each -> each.substring("data.train.path=".length()).replace("\"", ""))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> ofModel(String command, BadInput input, String... more) {
    List<String> words = input.command(command);
    words.addAll(List.of("--model", model));
    words.addAll(List.of(more));
    return words;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputsForAModel")
  void shouldRefuseToEvaluate(BadInput input) throws IOException {
    run(
            input,
            ofModel("evaluate", input, "--set", "data.test.path=\"" + path(input) + "\""),
            folder.resolve("evaluated"))
        .assertFailed(ExitCode.DATA, input.message().toArray(String[]::new));
  }

  @Slow
  @ParameterizedTest(name = "{0}")
  @MethodSource("inputsForAModel")
  void shouldRefuseToPredict(BadInput input) throws IOException {
    Path csv = folder.resolve("predicted.csv");
    Path parquet = folder.resolve("predicted");
    for (String[] output :
        List.of(
            new String[] {"--output", csv.toString()},
            new String[] {"--output", parquet.toString(), "--format", "parquet"})) {
      List<String> words = ofModel("predict", input, "--input", path(input));
      words.addAll(List.of(output));
      run(input, words, folder.resolve("none"))
          .assertFailed(ExitCode.DATA, input.message().toArray(String[]::new));
      assertFalse(Files.exists(csv));
      assertFalse(Files.exists(parquet));
    }
  }

  @Test
  void shouldTryMoreThanFortyInputs() {
    assertTrue(inputs.size() > 40, () -> "inputs=" + inputs.size());
  }

  /** Runs a command; no trace of it may be left. */
  private static CommandRun run(BadInput input, List<String> words, Path out) throws IOException {
    Path local = Files.createDirectories(folder.resolve("local"));
    Persisted.NUMBERS.clear();
    RemoteFileSystem.strike(input.fault(), BadInputs.STRUCK);
    CommandRun run;
    try {
      run =
          CommandRun.with(
              Map.of(
                  "spark.local.dir",
                  local.toString(),
                  "spark.extraListeners",
                  Persisted.class.getName(),
                  "spark.sql.codegen.wholeStage",
                  "false",
                  "spark.sql.codegen.factoryMode",
                  "NO_CODEGEN"),
              words,
              out);
    } finally {
      RemoteFileSystem.heal();
    }
    for (String trace : List.of("\tat ", "Exception:", " ERROR ")) {
      assertFalse(run.err().contains(trace), run.err());
    }
    try (Stream<Path> left = Files.list(local)) {
      assertEquals(List.of(), left.toList(), "files of Spark");
    }
    assertEquals(Set.of(), Persisted.NUMBERS, "persisted RDDs");
    return run;
  }
}
