package io.syncnorm.spark.table;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.input.Input;
import io.syncnorm.spark.input.InputChunk;
import io.syncnorm.spark.version.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/** Rows of a table whose labels are not needed, and columns to keep beside their predictions. */
public final class TableInput implements Input {
  private final TableSettings settings;
  private final Dataset<Row> selected;
  private final TableLayout layout;
  private final StructType kept;

  private TableInput(
      TableSettings settings, Dataset<Row> selected, TableLayout layout, StructType kept) {
    this.settings = settings;
    this.selected = selected;
    this.layout = layout;
    this.kept = kept;
  }

  /**
   * Finds the columns. Label and weight are not needed, and no features.
   *
   * @param names of the columns to keep; if empty, all single values that are not features
   * @param features of a row
   * @throws DataException if there are no files, or a column is missing or of another type
   */
  public static TableInput of(
      SparkSession spark, TableSettings settings, List<String> names, int features) {
    TableSchema schema = new TableReader(spark, settings.withFeatures(features)).open();
    TableColumns columns = settings.columns();
    Set<String> used = new TreeSet<>(sources(schema, columns.label()));
    used.addAll(sources(schema, columns.weight()));
    TableFeatureFinder.Selection found =
        new TableFeatureFinder(schema, used, Optional.empty()).find(columns.features());
    List<Column> selection = new ArrayList<>(found.columns());
    selection.add(functions.lit(0.0));
    boolean hasFiles = schema.isOverFiles();
    if (hasFiles) {
      Column file = schema.frame().metadataColumn("_metadata");
      selection.add(file.getField("file_path"));
      selection.add(file.getField("file_block_start"));
    }
    List<StructField> kept = kept(schema, names, found.features());
    selection.add(functions.struct(kept.stream().map(schema::column).toArray(Column[]::new)));
    TableLayout layout =
        new TableLayout(
            schema.table(),
            found.features(),
            new TableLabels.Indices("", 1, List.of()),
            "",
            settings.scale().of(found.features()),
            Part.TEST,
            hasFiles);
    return new TableInput(
        settings,
        schema.frame().select(selection.toArray(Column[]::new)),
        layout,
        new StructType(kept.toArray(StructField[]::new)));
  }

  /** The columns of an expression, if the table has them. */
  private static Set<String> sources(TableSchema schema, String text) {
    try {
      return text.isEmpty() ? Set.of() : schema.find(text, "label").sources();
    } catch (DataException e) {
      return Set.of();
    }
  }

  private static List<StructField> kept(
      TableSchema schema, List<String> names, TableFeatures features) {
    if (names.isEmpty()) {
      return schema.fields().stream()
          .filter(field -> !features.columns().contains(field.name()) && isSingle(field))
          .toList();
    }
    return names.stream()
        .map(name -> schema.field(name).orElseThrow(() -> schema.missing(name, "output")))
        .toList();
  }

  private static boolean isSingle(StructField field) {
    return !(field.dataType() instanceof StructType
        || field.dataType() instanceof ArrayType
        || field.dataType() instanceof MapType
        || field.dataType() instanceof BinaryType
        || field.dataType() instanceof UserDefinedType);
  }

  @Override
  public RowFormat format() {
    return layout.format();
  }

  @Override
  public StructType kept() {
    return kept;
  }

  @Override
  public JavaRDD<InputChunk> chunks(JavaSparkContext spark) {
    TableLayout how = layout;
    StructType type = kept;
    int at = selected.schema().size() - 1;
    return Frames.execution(selected)
        .toRdd()
        .toJavaRDD()
        .mapPartitionsWithIndex(
            (partition, rows) -> new TableChunks(how, at, type, partition, rows), false);
  }

  @Override
  public boolean isInOrder() {
    return false;
  }

  @Override
  public String description() {
    return settings.format() + " " + String.join(", ", settings.paths());
  }
}
