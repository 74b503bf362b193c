package io.syncnorm.spark.table;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Part;
import io.syncnorm.spark.table.TableSettings.Scale;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the same rows from files of each format, split into small partitions. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TableFormatsTest {
  private static final int HEIGHT = 2;
  private static final int WIDTH = 3;
  private static final int ROWS = 150;
  private static final String[] PIXELS =
      IntStream.range(0, HEIGHT * WIDTH).mapToObj(i -> "px" + i).toArray(String[]::new);

  private static SparkSession spark;
  private static final List<Row> ALL = new ArrayList<>();
  private static final List<String> EXPECTED = new ArrayList<>();

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = Tables.session();
    Random random = new Random(7);
    for (int i = 0; i < ROWS; i++) {
      Object[] row = new Object[1 + PIXELS.length];
      float[] features = new float[PIXELS.length];
      row[0] = i < 3 ? i : random.nextInt(3);
      for (int j = 0; j < PIXELS.length; j++) {
        int pixel = random.nextInt(3) == 0 ? random.nextInt(256) : 0;
        row[1 + j] = (double) pixel;
        features[j] = pixel / 255f;
      }
      ALL.add(RowFactory.create(row));
      EXPECTED.add(Tables.text((int) row[0], 1, features));
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @CsvSource({"parquet, 1", "parquet, 5", "orc, 3", "csv, 4", "json, 2"})
  void shouldReadColumnsOfNumbersFromEveryFormat(String format, int files) {
    Path path = folder.resolve("columns");
    frame(files).write().format(format).option("header", "true").save(path.toString());
    assertEquals(files, count(path));
    TableSource source = open(Tables.settings(format, path, Scale.BY_255));
    assertEquals(List.of(PIXELS.length), source.format().shape());
    assertTrue(source.format().isPixels());
    assertEquals(EXPECTED, rows(source));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc", "json"})
  void shouldReadArraysOfAnyNumbers(String format) {
    Column[] pixels = Stream.of(PIXELS).map(name -> col(name).cast("short")).toArray(Column[]::new);
    Path path = folder.resolve("arrays");
    frame(2)
        .select(col("label"), array(pixels).as("pixels"), col("label").cast("string").as("note"))
        .write()
        .format(format)
        .save(path.toString());
    assertEquals(EXPECTED, rows(open(Tables.settings(format, path, Scale.BY_255))));
  }

  @ParameterizedTest
  @CsvSource({"parquet, 3", "orc, 2", "libsvm, 1", "libsvm, 3"})
  void shouldReadVectors(String format, int files) {
    Path path = folder.resolve("vectors");
    new VectorAssembler()
        .setInputCols(PIXELS)
        .setOutputCol("features")
        .transform(frame(files))
        .select(col("label").cast("double"), col("features"))
        .write()
        .format(format)
        .save(path.toString());
    assertEquals(EXPECTED, rows(open(Tables.settings(format, path, Scale.BY_255))));
  }

  @ParameterizedTest
  @CsvSource({"image, image.origin", "binaryFile, path"})
  void shouldReadGrayImages(String format, String name) throws IOException {
    for (int i = 0; i < ROWS; i++) {
      BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
      for (int j = 0; j < PIXELS.length; j++) {
        image.getRaster().setSample(j % WIDTH, j / WIDTH, 0, (int) ALL.get(i).getDouble(1 + j));
      }
      String file = String.format(Locale.ROOT, "%03d-%d.png", i, ALL.get(i).getInt(0));
      ImageIO.write(image, "png", folder.resolve(file).toFile());
    }
    TableSource source =
        open(
            new TableSettings(
                format,
                Map.of(),
                List.of(folder + "/*.png"),
                "int(substring(%s, -5, 1))".formatted(name),
                List.of(),
                "",
                Scale.BY_255));
    assertEquals(List.of(HEIGHT, WIDTH), source.format().shape());
    assertEquals(EXPECTED, rows(source));
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "binaryFile"})
  void shouldReadColorsWithRedFirstAndClassesFromNamesOfFolders(String format) throws IOException {
    for (String name : List.of("cat", "dog")) {
      BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
      image.setRGB(0, 0, 0x010203);
      image.setRGB(1, 0, name.equals("cat") ? 0x040506 : 0x070809);
      Path animals = Files.createDirectories(folder.resolve("animal=" + name));
      ImageIO.write(image, "png", animals.resolve("a.png").toFile());
    }
    TableSource source =
        open(
            new TableSettings(
                format, Map.of(), List.of(folder.toString()), "animal", List.of(), "", Scale.NONE));
    assertEquals(List.of(1, 2, 3), source.format().shape());
    assertEquals(List.of("cat", "dog"), source.classNames().orElseThrow());
    assertEquals(
        List.of(Tables.text(0, 1, 1, 2, 3, 4, 5, 6), Tables.text(1, 1, 1, 2, 3, 7, 8, 9)),
        rows(source));
  }

  @Test
  void shouldReadRowGroupsOfOneParquetFileInTheirOrder() {
    Path path = folder.resolve("groups");
    frame(1)
        .write()
        .option("parquet.block.size", "2000")
        .option("parquet.enable.dictionary", "false")
        .option("parquet.page.size.row.check.min", "1")
        .parquet(path.toString());
    TableSource source = open(Tables.settings("parquet", path, Scale.BY_255));
    long runs =
        source.blocks(context()).collect().stream().map(b -> b.value().start()).distinct().count();
    assertTrue(runs > 1, "runs=" + runs);
    assertEquals(EXPECTED, rows(source));
  }

  private static Dataset<Row> frame(int partitions) {
    StructType schema = new StructType().add("label", DataTypes.IntegerType);
    for (String name : PIXELS) {
      schema = schema.add(name, DataTypes.DoubleType);
    }
    return Tables.frame(spark, ALL, schema, partitions);
  }

  private static long count(Path path) {
    return Stream.of(path.toFile().list()).filter(name -> name.startsWith("part-")).count();
  }

  private static TableSource open(TableSettings settings) {
    return TableSource.training(spark, settings);
  }

  private static JavaSparkContext context() {
    return new JavaSparkContext(spark.sparkContext());
  }

  private static List<String> rows(TableSource source) {
    return Tables.rows(source.blocks(context()), Part.TRAINING);
  }
}
