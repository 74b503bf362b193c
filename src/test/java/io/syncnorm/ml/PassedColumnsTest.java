package io.syncnorm.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that columns keep their identity when they pass through {@code transform}. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PassedColumnsTest {
  private static final int ROWS = 100;

  private static SparkSession spark;
  private static Dataset<Row> frame;
  private static SyncBatchNormClassificationModel model;

  @BeforeAll
  static void start() {
    spark = Blobs.session(2);
    frame =
        Blobs.frame(spark, ROWS, 1)
            .withColumn("id", functions.monotonically_increasing_id())
            .cache();
    model = Blobs.untrained(1);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void shouldResolveAsColumnsOfTheInputDataset() {
    Dataset<Row> predicted = model.transform(frame);
    assertEquals(ROWS, predicted.select(frame.col("id"), predicted.col("prediction")).count());
    assertEquals(1, predicted.where(frame.col("id").equalTo(7)).collectAsList().size());
    assertEquals(ROWS, predicted.drop(frame.col("id")).drop("label").count());
    assertEquals(
        List.of(0L, 1L),
        predicted.sort(frame.col("id")).limit(2).select(frame.col("id")).collectAsList().stream()
            .map(row -> row.getLong(0))
            .toList());
    Dataset<Row> names = spark.range(50).withColumnRenamed("id", "number");
    assertEquals(50, predicted.join(names, frame.col("id").equalTo(names.col("number"))).count());
    assertEquals(ROWS, predicted.groupBy(frame.col("id")).count().count());
    assertEquals(
        ROWS,
        predicted
            .select(functions.sum(col("probability").isNotNull().cast("int")))
            .first()
            .getLong(0));
  }

  @Test
  void shouldJoinWithTheInputDatasetAndWithThemselves() {
    Dataset<Row> predicted = model.transform(frame);
    assertEquals(ROWS, frame.join(predicted.select("id", "prediction"), "id").count());
    assertEquals(ROWS, predicted.as("a").join(predicted.as("b"), expr("a.id = b.id")).count());
    assertEquals(ROWS, model.transform(frame.as("a")).select(col("a.id")).count());
    assertEquals(2 * ROWS, predicted.union(predicted).distinct().unionAll(predicted).count());
  }

  @Test
  void shouldKeepTheirTypes() {
    Dataset<Row> strange =
        frame
            .selectExpr(
                "*",
                "interval '1 02:03' day to minute as minutes",
                "interval '3' year as years",
                "cast(id as decimal(38, 20)) as exact",
                "named_struct('a', map(1, array(timestamp'2020-01-01 00:00:00')), 'b', id) as"
                    + " nested",
                "cast(null as void) as nothing",
                "timestamp_ntz'2020-01-01 00:00:00' as local",
                "cast('x' as binary) as bytes",
                "if(id % 2 = 0, concat('text', id), null) as text")
            .withColumn("again", col("id"))
            .select(col("*"), col("again").as("id"));
    Dataset<Row> predicted = model.transform(strange);
    List<StructField> passed =
        new ArrayList<>(List.of(predicted.schema().fields())).subList(0, strange.schema().size());
    assertEquals(List.of(strange.schema().fields()), passed);
    List<Row> kept =
        predicted.collectAsList().stream()
            .map(row -> RowFactory.create(values(row, strange.schema().size())))
            .toList();
    assertEquals(strange.collectAsList(), kept);
  }

  private static Object[] values(Row row, int count) {
    return IntStream.range(0, count).mapToObj(row::get).toArray();
  }

  private static List<String> strings(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).collect(Collectors.toList());
  }

  @Test
  void shouldPassThroughSeveralModels() {
    SyncBatchNormClassificationModel second = Blobs.untrained(2);
    second.setRawPredictionCol("raw2").setProbabilityCol("probability2").setPredictionCol("second");
    Dataset<Row> twice = second.transform(model.transform(frame));
    // After the second model, Spark 4 gives all columns new ids.
    Dataset<Row> named = spark.version().startsWith("3") ? frame : twice;
    List<Row> rows = twice.sort(named.col("id")).collectAsList();
    List<Row> input = frame.sort("id").collectAsList();
    for (int i = 0; i < ROWS; i++) {
      assertEquals(
          model.predict(input.get(i).getAs("features")), rows.get(i).<Double>getAs("prediction"));
      assertEquals(
          second.predict(input.get(i).getAs("features")), rows.get(i).<Double>getAs("second"));
    }
  }

  @Test
  void shouldPassThroughWithoutCodeGeneration() {
    List<Row> expected = model.transform(frame).collectAsList();
    Map<String, String> settings =
        Map.of(
            "spark.sql.codegen.wholeStage", "false", "spark.sql.codegen.factoryMode", "NO_CODEGEN");
    settings.forEach((key, value) -> spark.conf().set(key, value));
    try {
      assertEquals(expected, model.transform(frame).collectAsList());
    } finally {
      settings.keySet().forEach(key -> spark.conf().unset(key));
    }
  }

  @Test
  void shouldPassThroughAStream(@TempDir Path folder) throws Exception {
    String path = folder.resolve("rows").toString();
    frame.write().parquet(path);
    StreamingQuery query =
        model
            .transform(spark.readStream().schema(frame.schema()).parquet(path))
            .where("id >= 0")
            .writeStream()
            .format("memory")
            .queryName("predicted")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    assertEquals(
        strings(model.transform(frame).select("id", "prediction").sort("id")),
        strings(spark.table("predicted").select("id", "prediction").sort("id")));
  }

  @Test
  void shouldUseBlocksThatFitIntoMemory() {
    // A block of 512 such rows would take 8 GB, and have more values than fit into one array.
    int features = 1 << 22;
    Dataset<Row> wide =
        spark
            .range(6)
            .map(
                (MapFunction<Long, Row>)
                    id ->
                        RowFactory.create(
                            Vectors.sparse(features, new int[] {id.intValue()}, new double[] {1})),
                Encoders.row(frame.select("features").schema()));
    SyncBatchNormClassificationModel linear = Blobs.untrained(features, List.of(1), 1);
    List<Row> rows = linear.transform(wide).select("rawPrediction").collectAsList();
    assertEquals(6, rows.size());
    for (int i = 0; i < 6; i++) {
      assertEquals(
          linear.predictRaw(Vectors.sparse(features, new int[] {i}, new double[] {1})),
          rows.get(i).getAs(0));
    }
  }
}
