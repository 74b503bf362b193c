package io.syncnorm.spark.table;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.table.TableSettings.Scale;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Tables for tests. */
final class Tables {
  private Tables() {}

  /** A session whose partitions are small, so that files are split and packed. */
  static SparkSession session() {
    return builder().getOrCreate();
  }

  /** A session that compiles nothing, which is faster for tables of a few rows. */
  static SparkSession interpretingSession() {
    return builder()
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .getOrCreate();
  }

  private static SparkSession.Builder builder() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("table-test")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.files.maxPartitionBytes", "700")
        .config("spark.sql.files.openCostInBytes", "50");
  }

  /** A table of these rows; written, it has one file per partition, in the order of the rows. */
  static Dataset<Row> frame(SparkSession spark, List<Row> rows, StructType schema, int partitions) {
    return spark.createDataFrame(
        new JavaSparkContext(spark.sparkContext()).parallelize(rows, partitions), schema);
  }

  static Table table(Dataset<Row> frame, TableColumns columns, Scale scale) {
    return Table.of(
        new TableSchema(frame, "a table", false),
        columns,
        scale,
        Part.TRAINING,
        Optional.empty(),
        Optional.empty());
  }

  static TableSettings settings(String format, Path path, Scale scale) {
    return new TableSettings(
        format, Map.of(), List.of(path.toString()), "label", List.of(), "", scale);
  }

  /** The rows of one part, in the order of their runs: label, weight, features. */
  static List<String> rows(JavaRDD<Packet<RowBlock>> blocks, Part part) {
    List<String> rows = new ArrayList<>();
    blocks.collect().stream()
        .map(Packet::value)
        .filter(block -> block.part() == part)
        .sorted(Comparator.comparing(RowBlock::file).thenComparing(RowBlock::start))
        .forEach(block -> rows.addAll(rows(block)));
    return rows;
  }

  private static List<String> rows(RowBlock block) {
    List<String> rows = new ArrayList<>();
    int length = block.rows().rowLength();
    for (int row = 0; row < block.rows().count(); row++) {
      float[] features = new float[length];
      block.rows().features().copyTo((long) row * length, features, 0, length);
      rows.add(text(block.rows().label(row), block.rows().weight(row), features));
    }
    return rows;
  }

  static String text(int label, float weight, float... features) {
    StringBuilder text = new StringBuilder(label + " x" + weight + ":");
    for (float feature : features) {
      text.append(' ').append(feature);
    }
    return text.toString();
  }
}
