package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.IdxReader;
import io.syncnorm.data.idx.IdxType;
import io.syncnorm.data.idx.LabelledImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the data source idx, and the same rows in other formats, on MNIST's test set. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DataSourcesTest {
  private static final String IMAGES = "data/mnist/t10k-images-idx3-ubyte.gz";
  private static final String LABELS = "data/mnist/t10k-labels-idx1-ubyte.gz";

  private static SparkSession spark;
  private static LabelledImages expected;

  @BeforeAll
  static void start() {
    spark = Blobs.session(2);
    expected =
        IdxReader.read(
            IMAGES, LABELS, 10, IdxReader.NO_LIMIT, spark.sparkContext().hadoopConfiguration());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void shouldReadAllRowsInTheirOrder() {
    Dataset<Row> read = idx(Map.of("images", IMAGES, "labels", LABELS, "partitions", "3"));
    assertEquals(3, read.rdd().getNumPartitions());
    List<Row> rows = read.collectAsList();
    assertEquals(10_000, rows.size());
    for (int i = 0; i < rows.size(); i += 499) {
      Vector features = rows.get(i).getAs("features");
      assertEquals((double) expected.labels()[i], rows.get(i).<Double>getAs("label"));
      for (int j = 0; j < 784; j++) {
        int pixel = IdxBytes.pixels(expected.images())[i * 784 + j] & 0xff;
        assertEquals(pixel / 255f, (float) features.apply(j)); // bit for bit, as ranks see it
      }
    }
    assertEquals(new LabelRange(256, false), LabelRange.of(read.schema().apply("label")));
    assertEquals(10_000, read.select("label").count());
    assertEquals(List.of("features"), List.of(idx(Map.of("images", IMAGES)).columns()));
  }

  @Test
  void shouldServeAsATableInTheCatalog() {
    spark.sql(
        "CREATE TABLE digits USING idx OPTIONS (images '%s', labels '%s', classes 10)"
            .formatted(IMAGES, LABELS));
    try {
      assertEquals(10_000, spark.sql("SELECT count(*) FROM digits").first().getLong(0));
      Row first = spark.sql("SELECT features, label FROM digits").first();
      assertEquals((double) expected.labels()[0], first.getDouble(1));
      assertEquals(784, first.<Vector>getAs(0).size());
      assertEquals(10, LabelRange.of(spark.table("digits").schema().apply("label")).classes());
    } finally {
      spark.sql("DROP TABLE digits");
    }
    assertRefused(Map.of("path", IMAGES), "found option=path");
  }

  @Test
  void shouldReadOtherTypesAndDimensions(@TempDir Path folder) throws IOException {
    Path images = folder.resolve("images");
    Path labels = folder.resolve("labels");
    double[] values = {0.5, -2, 0, 1e-3, 7, 8};
    Files.write(images, IdxBytes.of(IdxType.DOUBLE, new int[] {2, 3, 1, 1}, values));
    Files.write(labels, IdxBytes.of(IdxType.INT, new int[] {2, 2}, 4, 99, 3, 99));

    List<Row> rows =
        idx(Map.of("images", images.toString(), "labels", labels.toString())).collectAsList();

    assertEquals(List.of(4.0, 3.0), rows.stream().map(row -> row.getAs("label")).toList());
    for (int i = 0; i < values.length; i++) {
      Vector features = rows.get(i / 3).getAs("features");
      assertEquals((float) values[i], (float) features.apply(i % 3));
    }
  }

  @Test
  void shouldReportFaultsOfItsOptions() {
    assertRefused(Map.of("labels", LABELS), "needs option images");
    assertRefused(Map.of("images", IMAGES, "label", LABELS), "found option=label");
    assertRefused(Map.of("images", IMAGES, "classes", "1"), "option classes");
    assertRefused(Map.of("images", IMAGES, "partitions", "many"), "found value=many");
  }

  @Test
  void shouldTrainTheSameModelFromIdxLibsvmAndParquet(@TempDir Path folder) {
    Dataset<Row> read =
        idx(Map.of("images", IMAGES, "labels", LABELS, "partitions", "1")).limit(300).coalesce(1);
    String libsvm = folder.resolve("libsvm").toString();
    String parquet = folder.resolve("parquet").toString();
    read.write().format("libsvm").save(libsvm);
    read.write().parquet(parquet);
    float[] fromIdx = fit(read);
    assertArrayEquals(fromIdx, fit(spark.read().parquet(parquet)));
    assertArrayEquals(
        fromIdx,
        fit(
            spark
                .read()
                .format("libsvm")
                .option("numFeatures", "784")
                .load(libsvm)
                .where(functions.lit(true))));
  }

  private static float[] fit(Dataset<Row> rows) {
    return new SyncBatchNormClassifier()
        .setHiddenLayers(16)
        .setMaxIter(2)
        .setNumWorkers(2)
        .fit(rows)
        .state()
        .parameters();
  }

  private static Dataset<Row> idx(Map<String, String> options) {
    return spark.read().format("idx").options(options).load();
  }

  private static void assertRefused(Map<String, String> options, String message) {
    String found = assertThrows(IllegalArgumentException.class, () -> idx(options)).getMessage();
    assertTrue(found.contains(message), found);
  }
}
