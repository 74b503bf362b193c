package io.syncnorm.spark.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.spark.table.TableSettings.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests how columns are chosen and read. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TableColumnsTest {
  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = Tables.session();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void shouldTakePatternsInTheOrderOfTheSchemaAndNamesAsGiven() {
    Dataset<Row> frame = spark.sql("select 1 label, 5 px10, 6 px9, 7 `odd.name`, 'x' note");
    assertEquals(
        List.of(Tables.text(1, 1, 7, 5, 6)), rows(table(frame, "label", "odd.name", "px*")));
    assertEquals(List.of(Tables.text(1, 1, 6)), rows(table(frame, "LABEL", "px?")));
    assertEquals(List.of(Tables.text(1, 1, 5, 6, 7)), rows(table(frame, "label")));
  }

  @Test
  void shouldReadEveryTypeOfNumbers() {
    Dataset<Row> frame =
        spark.sql(
            "select 2S label, 1Y a, 2S b, 3 c, 4L d, 0.5f e, 0.25d f, 0.125bd g, true h, 'x' note");
    assertEquals(
        List.of(Tables.text(2, 1, 1, 2, 3, 4, 0.5f, 0.25f, 0.125f, 1)),
        rows(table(frame, "label")));
  }

  @Test
  void shouldIndexLabelsThatAreNotNumbers() {
    Dataset<Row> frame =
        spark.sql(
            "select * from values ('b', true, 10, 1.0), ('a', false, 9, 2.0) as t(s, b, n, x)");
    assertNames(List.of("a", "b"), List.of(1, 0), frame, "s");
    assertNames(List.of("false", "true"), List.of(1, 0), frame, "b");
    assertNames(List.of("9", "10"), List.of(1, 0), frame, "cast(n as string)");
    assertNames(
        List.of("2020-01-09", "2020-01-10"), List.of(1, 0), frame, "date_add(date'2019-12-31', n)");
    assertEquals(
        List.of(Tables.text(1, 1, 10), Tables.text(0, 1, 9)), rows(table(frame, "n - 9", "n")));
  }

  private static void assertNames(
      List<String> names, List<Integer> labels, Dataset<Row> frame, String label) {
    Table table = table(frame, label, "x");
    assertEquals(names, table.classNames().orElseThrow());
    assertEquals(
        List.of(Tables.text(labels.get(0), 1, 1), Tables.text(labels.get(1), 1, 2)), rows(table));
  }

  @Test
  void shouldTakeClassesFromMetadata() {
    Dataset<Row> frame = spark.sql("select * from values ('b', 1), ('a', 2), ('b', 3) as t(s, x)");
    Dataset<Row> indexed =
        new StringIndexer().setInputCol("s").setOutputCol("label").fit(frame).transform(frame);
    Table table = table(indexed, "label", "x");
    assertEquals(Optional.of(List.of("b", "a")), table.classNames());
    assertEquals(
        List.of(Tables.text(0, 1, 1), Tables.text(1, 1, 2), Tables.text(0, 1, 3)), rows(table));
    assertEquals(Optional.empty(), table(frame, "x - 1", "x").classNames());
  }

  @Test
  void shouldReadWeights() {
    Dataset<Row> frame =
        spark.sql("select int(id % 2) label, id x, id / 2 w from range(0, 4, 1, 3)");
    assertEquals(
        List.of(
            Tables.text(0, 0, 0),
            Tables.text(1, 0.5f, 1),
            Tables.text(0, 1, 2),
            Tables.text(1, 1.5f, 3)),
        rows(Tables.table(frame, new TableColumns("label", List.of("x"), "w"), Scale.NONE)));
  }

  @Test
  void shouldKeepTheOrderOfATableThatIsNotThatOfItsFiles() throws IOException {
    Path csv = Files.writeString(folder.resolve("a.csv"), "label,x\n0,3\n1,2\n1,1\n");
    Dataset<Row> read =
        spark.read().option("header", "true").option("inferSchema", "true").csv(csv.toString());
    List<String> sorted = List.of(Tables.text(1, 1, 1), Tables.text(1, 1, 2), Tables.text(0, 1, 3));
    assertEquals(sorted, rows(table(read.orderBy("x"), "label")));
    assertEquals(sorted.subList(0, 2), rows(table(read.where("x < 3").orderBy("x"), "label")));
    Dataset<Row> cached = read.cache();
    assertEquals(3, cached.count());
    Files.delete(csv); // The rows are read from the cache.
    assertEquals(3, rows(table(cached.where("x < 9"), "label")).size());
  }

  @Test
  void shouldGiveTestRowsTheFeaturesAndClassesOfTraining() throws IOException {
    Path train = Files.writeString(folder.resolve("train.csv"), "a,b,label\n1,2,dog\n3,4,cat\n");
    Path test = Files.writeString(folder.resolve("test.csv"), "label,b,a\ndog,20,10\n");
    TableSource training = TableSource.training(spark, Tables.settings("csv", train, Scale.NONE));
    TableSource tested = training.test(spark, Tables.settings("csv", test, Scale.NONE));
    assertEquals(Optional.of(List.of("cat", "dog")), tested.classNames());
    assertEquals(
        List.of(Tables.text(1, 1, 10, 20)),
        Tables.rows(tested.blocks(new JavaSparkContext(spark.sparkContext())), Part.TEST));

    Path bird = Files.writeString(folder.resolve("bird.csv"), "label,b,a\nbird,20,10\n");
    TableSource unknown = training.test(spark, Tables.settings("csv", bird, Scale.NONE));
    String message =
        assertThrows(
                SparkException.class,
                () -> unknown.blocks(new JavaSparkContext(spark.sparkContext())).count())
            .getCause()
            .getMessage();
    assertTrue(
        message.contains("no such label") && message.contains("[cat, dog], found=bird"), message);
    TableSettings fewer =
        new TableSettings(
            "csv", Map.of(), List.of(test.toString()), "label", List.of("a"), "", Scale.NONE);
    message = assertThrows(DataException.class, () -> training.test(spark, fewer)).getMessage();
    assertTrue(message.contains("expected=shape=[2], found=shape=[1]"), message);
  }

  @Test
  void shouldGiveTestRowsOfLibsvmTheLengthOfTraining() throws IOException {
    Path train = Files.writeString(folder.resolve("train"), "1 1:5 4:6\n0 2:1\n");
    Path test = Files.writeString(folder.resolve("test"), "0 1:7\n");
    TableSource training =
        TableSource.training(spark, Tables.settings("libsvm", train, Scale.NONE));
    assertEquals(
        List.of(Tables.text(0, 1, 7, 0, 0, 0)),
        Tables.rows(
            training
                .test(spark, Tables.settings("libsvm", test, Scale.NONE))
                .blocks(new JavaSparkContext(spark.sparkContext())),
            Part.TEST));
  }

  @Test
  void shouldPackRowsInTheSmallestForm() {
    String bytes = "array(0, 255, 3)";
    String numbers = "array(0, 256, 3)";
    String few = "transform(sequence(1, 40), i -> if(i = 7, 256, 0))";
    assertPacked(Features.Bytes.class, bytes, Scale.BY_255);
    assertPacked(Features.Bytes.class, bytes, Scale.NONE);
    assertPacked(Features.Floats.class, numbers, Scale.BY_255);
    assertPacked(Features.Sparse.class, few, Scale.BY_255);
    assertPacked(Features.Sparse.class, few, Scale.NONE);
  }

  private static void assertPacked(Class<?> type, String array, Scale scale) {
    Dataset<Row> frame = spark.sql("select 1 label, " + array + " x");
    Features features =
        Tables.table(frame, new TableColumns("label", List.of(), ""), scale)
            .blocks()
            .collect()
            .get(0)
            .value()
            .rows()
            .features();
    assertInstanceOf(type, features);
    List<Integer> values = frame.first().getList(1);
    float[] found = new float[values.size()];
    features.copyTo(0, found, 0, found.length);
    for (int i = 0; i < found.length; i++) {
      assertEquals(values.get(i) / (scale == Scale.BY_255 ? 255f : 1f), found[i]);
    }
  }

  @Test
  void shouldNeverMakeWideSparseRowsDense() throws IOException {
    int length = 1_000_000_000; // One dense row would take 4 GB.
    Path wide = Files.writeString(folder.resolve("wide"), "1 7:2 999999999:3\n0\n");
    Features features =
        TableSource.training(
                spark, Tables.settings("libsvm", wide, Scale.NONE).withFeatures(length))
            .blocks(new JavaSparkContext(spark.sparkContext()))
            .collect()
            .get(0)
            .value()
            .rows()
            .features();
    Features.Sparse sparse = assertInstanceOf(Features.Sparse.class, features);
    assertArrayEquals(new int[] {6, 999_999_998}, sparse.columns());
    assertArrayEquals(new int[] {0, 2, 2}, sparse.rowStarts());
  }

  @Test
  void shouldDescribeColumnsByTheirRole() {
    Dataset<Row> frame =
        spark.sql(
            "select * from values ('cat', 1.5d, 2, date'2020-01-01', array(1, 2, 3), 9L),"
                + " ('dog', 3d, 4, date'2020-01-02', array(4, 5, 6), 8L) as t(kind, a, b, day, px, w)");
    TableColumns weighted = new TableColumns("kind", List.of("b", "a"), "w / 2");
    assertEquals(
        "label: kind string, names of the classes [cat, dog]; features: [b int, a double];"
            + " weight: w / 2 double; ignored: [day date, px array<int>]",
        Tables.table(frame, weighted, Scale.NONE).schema());
    assertEquals(
        "label: b int, indices of classes, from 0; features: px array<int> of 3;"
            + " ignored: [kind string, a double, day date, w bigint]",
        table(frame, "b").schema());
  }

  @Test
  void shouldDescribeManyColumnsByTheFirst() {
    String[] columns = new String[801];
    Arrays.setAll(columns, i -> i == 0 ? "0 label" : i + " px" + i);
    String schema = table(spark.sql("select " + String.join(", ", columns)), "label").schema();
    assertTrue(
        schema.startsWith(
            "label: label int, indices of classes, from 0; features: [px1 int, px2 int"),
        schema);
    assertTrue(schema.endsWith("px20 int, ... 800 in all]"), schema);
  }

  private static Table table(Dataset<Row> frame, String label, String... features) {
    return Tables.table(frame, new TableColumns(label, List.of(features), ""), Scale.NONE);
  }

  private static List<String> rows(Table table) {
    return Tables.rows(table.blocks(), Part.TRAINING);
  }
}
