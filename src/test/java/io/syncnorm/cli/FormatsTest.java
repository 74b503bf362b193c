package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that every command works on rows of tables as on those of IDX files. */
@Timeout(300)
class FormatsTest {
  private static final int PIXELS = 16;
  private static final List<String> NAMES = List.of("bottom", "middle", "top");
  private static final List<String> SETS = List.of("train", "test");

  /** Some BLAS kernels round a row by the length of its block, on which the format decides. */
  private static final double ROUNDING = 4 * Math.ulp(0.5f);

  @TempDir static Path folder;
  private static SampleData data;
  private static final Map<String, RunFolder> RUNS = new TreeMap<>();

  @BeforeAll
  static void train() throws IOException {
    data = SampleData.write(folder);
    write();
    for (String format : List.of("idx", "parquet", "csv", "libsvm")) {
      Path out = folder.resolve("runs-" + format);
      RUNS.put(format, RunFolder.of(CommandRun.of(command("train", format), out), out));
    }
  }

  /** Writes the rows of the IDX files in each other format, in two files and in their order. */
  private static void write() throws IOException {
    try (SparkSession spark = session()) {
      for (String set : SETS) {
        byte[] images = Files.readAllBytes(data.images(set));
        byte[] labels = Files.readAllBytes(data.labels(set));
        List<Row> rows = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < labels.length - 8; row++) {
          int at = 16 + PIXELS * row;
          int label = labels[8 + row];
          List<Integer> pixels =
              IntStream.range(at, at + PIXELS).mapToObj(i -> images[i] & 0xff).toList();
          rows.add(RowFactory.create(row, label, NAMES.get(label), pixels.toArray()));
          StringBuilder line = new StringBuilder().append(label);
          for (int i = 0; i < PIXELS; i++) {
            line.append(' ').append(i + 1).append(':').append(pixels.get(i));
          }
          lines.add(line.toString());
        }
        Files.write(path("libsvm", set), lines);
        save(spark, rows, set);
      }
    }
  }

  private static void save(SparkSession spark, List<Row> rows, String set) {
    Dataset<Row> arrays =
        spark.createDataFrame(
            new JavaSparkContext(spark.sparkContext()).parallelize(rows, 2),
            new StructType()
                .add("id", DataTypes.IntegerType)
                .add("label", DataTypes.IntegerType)
                .add("name", DataTypes.StringType)
                .add("pixels", DataTypes.createArrayType(DataTypes.IntegerType)));
    arrays.write().parquet(path("parquet", set).toString());
    Dataset<Row> columns = arrays;
    for (int i = 0; i < PIXELS; i++) {
      columns = columns.withColumn("p" + i, functions.col("pixels").getItem(i));
    }
    columns.drop("pixels").write().option("header", true).csv(path("csv", set).toString());
  }

  static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("formats")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate();
  }

  private static Path path(String format, String set) {
    return folder.resolve(format + "-" + set);
  }

  private static List<String> command(String command, String format, String... more) {
    List<String> settings = new ArrayList<>(List.of("data.classes=auto"));
    if (!format.equals("idx")) {
      settings.addAll(
          List.of(
              "data.train.format=" + format,
              "data.train.path=\"" + path(format, "train") + "\"",
              "data.test.path=\"" + path(format, "test") + "\"",
              "data.scale=by-255"));
      if (format.equals("csv")) {
        settings.add("data.train.features=[\"p*\"]");
      }
    }
    settings.addAll(List.of(more));
    return data.command(command, settings.toArray(String[]::new));
  }

  @Test
  void shouldNameRunsByTheirRowsAndNotByTheirFormat() {
    List<String> names =
        RUNS.entrySet().stream()
            .filter(run -> !run.getKey().equals("idx"))
            .map(run -> run.getValue().result().run())
            .distinct()
            .toList();
    assertEquals(1, names.size(), names.toString());
    RUNS.get("csv")
        .result()
        .data()
        .values()
        .forEach(rows -> assertTrue(rows.matches("rows [0-9a-f]{16}"), rows));
  }

  @Test
  void shouldEvaluateRowsOfEachFormat() throws IOException {
    String zip = RUNS.get("idx").file(RunFolder.MODEL).toString();
    double accuracy = RUNS.get("idx").result().models().get(0).testAccuracy();
    for (String format : RUNS.keySet()) {
      CommandRun run = CommandRun.of(command("evaluate", format), folder, "--model", zip).done();
      JsonNode score = new ObjectMapper().readTree(run.out());
      assertEquals(SampleData.TEST_ROWS, score.get("images").asInt(), format);
      assertEquals(accuracy, score.get("testAccuracy").asDouble(), 1e-12, format);
    }
  }

  @Test
  void shouldCheckRowsOfATable() {
    CommandRun run = CommandRun.of(command("check", "csv"), folder).done();
    assertTrue(run.err().contains("60 rows of 16 features"), run.err());
    assertTrue(run.err().contains("rows by class: 0: 20, 1: 20, 2: 20"), run.err());
  }

  @Test
  void shouldPredictTheSameWhateverTheFormat() {
    String zip = RUNS.get("idx").file(RunFolder.MODEL).toString();
    String expected =
        CommandRun.of(
                List.of("predict", "--model", zip, "--images", data.images("test").toString()),
                folder)
            .done()
            .out();
    assertEquals(1 + SampleData.TEST_ROWS, expected.lines().count());
    for (String format : List.of("parquet", "csv", "libsvm")) {
      CommandRun run =
          CommandRun.of(
              command("predict", format),
              folder,
              "--model",
              zip,
              "--input",
              path(format, "test").toString());
      assertSamePredictions(expected, run.done().out(), format);
    }
  }

  /** Compares lines of index, class and probabilities, after a header. */
  private static void assertSamePredictions(String expected, String found, String format) {
    assertEquals(expected.lines().findFirst(), found.lines().findFirst(), format);
    assertArrayEquals(numbers(expected), numbers(found), ROUNDING, format);
  }

  private static double[] numbers(String predictions) {
    return predictions
        .lines()
        .skip(1)
        .flatMap(line -> Stream.of(line.split(",", -1)))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  @Test
  void shouldWriteAFolderOfPredictionsBesideColumnsOfTheInput() throws IOException {
    Path out = folder.resolve("named");
    RunFolder named =
        RunFolder.of(CommandRun.of(command("train", "parquet", "data.train.label=name"), out), out);
    assertEquals(NAMES, named.result().classes());
    List<String> predict = command("predict", "parquet", "data.train.label=name");
    predict.addAll(
        List.of(
            "--model",
            named.file(RunFolder.MODEL).toString(),
            "--input",
            path("parquet", "test").toString()));
    Path parquet = folder.resolve("predicted.parquet");
    String[] written = {"--output", parquet.toString(), "--format", "parquet"};
    CommandRun.of(predict, folder, written).done();
    CommandRun.of(predict, folder, written)
        .assertFailed(ExitCode.RESOURCES, parquet.toString(), "already exists");
    Path csv = folder.resolve("predicted.csv");
    CommandRun.of(predict, folder, "--output", csv.toString(), "--format", "csv", "--columns", "id")
        .done();
    try (SparkSession spark = session()) {
      Dataset<Row> rows = spark.read().parquet(parquet.toString()).orderBy("id");
      assertEquals(
          List.of("id", "label", "name", "prediction", "class", "probability"),
          List.of(rows.columns()));
      List<Row> all = rows.collectAsList();
      assertEquals(SampleData.TEST_ROWS, all.size());
      long right = 0;
      for (Row row : all) {
        assertEquals(NAMES.get(row.getInt(3)), row.getString(4));
        assertEquals(NAMES.size(), row.getList(5).size());
        right += row.getString(4).equals(row.getString(2)) ? 1 : 0;
      }
      assertEquals(
          named.result().models().get(0).testAccuracy(),
          (double) right / SampleData.TEST_ROWS,
          1e-12);
      assertEquals(
          List.of("id", "prediction", "class", "p_bottom", "p_middle", "p_top"),
          List.of(spark.read().option("header", true).csv(csv.toString()).columns()));
    }
    String printed = CommandRun.of(predict, folder).done().out();
    assertTrue(printed.startsWith("index,class,name,p_bottom,p_middle,p_top\n0,"), printed);
  }

  @Test
  void shouldStandardizeWithTheMomentsOfTheTrainingRowsInEveryCommand() throws IOException {
    Path out = folder.resolve("standardized");
    List<String> words = command("train", "csv", "data.scale=standardized");
    RunFolder run = RunFolder.of(CommandRun.of(words, out), out);
    String zip = run.file(RunFolder.MODEL).toString();
    CommandRun evaluated =
        CommandRun.of(command("evaluate", "csv", "data.scale=standardized"), folder, "--model", zip)
            .done();
    JsonNode score = new ObjectMapper().readTree(evaluated.out());
    assertEquals(
        run.result().models().get(0).testAccuracy(), score.get("testAccuracy").asDouble(), 1e-12);
    assertEquals(run.result().models().get(0).testLoss(), score.get("testLoss").asDouble(), 1e-4);
  }

  @Test
  void shouldNameAFaultAndLeaveNothing() throws IOException {
    Path bad = folder.resolve("bad.csv");
    List<String> lines = new ArrayList<>();
    try (Stream<Path> parts = Files.list(path("csv", "test"))) {
      for (Path part : parts.filter(each -> each.toString().endsWith(".csv")).sorted().toList()) {
        List<String> all = Files.readAllLines(part);
        lines.addAll(lines.isEmpty() ? all : all.subList(1, all.size()));
      }
    }
    lines.set(5, lines.get(5).replaceFirst(",[0-9]+$", ",NaN"));
    Files.write(bad, lines);
    Path out = folder.resolve("nothing");
    String[] settings = {"data.test.path=\"" + bad + "\""};
    CommandRun.of(command("train", "csv", settings), out)
        .assertFailed(ExitCode.DATA, bad.toString(), "p15", "NaN");
    assertFalse(Files.exists(out), "no run directory");
    String zip = RUNS.get("idx").file(RunFolder.MODEL).toString();
    CommandRun.of(command("evaluate", "csv", settings), folder, "--model", zip)
        .assertFailed(ExitCode.DATA, bad.toString(), "p15", "NaN");
    Path predicted = folder.resolve("half");
    CommandRun.of(
            command("predict", "csv", settings),
            folder,
            "--model",
            zip,
            "--input",
            bad.toString(),
            "--format",
            "csv",
            "--output",
            predicted.toString())
        .assertFailed(ExitCode.DATA, bad.toString(), "p15", "NaN");
    assertFalse(Files.exists(predicted), "half of an output");
  }
}
