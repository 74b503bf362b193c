package io.syncnorm.spark.table;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Rows;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.table.TableSchema.Found;
import io.syncnorm.spark.table.TableSettings.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/** A DataFrame whose rows are packed: its columns are chosen and checked, but no row is read. */
public final class Table {
  private final Dataset<Row> selected;
  private final TableColumns columns;
  private final TableLayout layout;

  private Table(Dataset<Row> selected, TableColumns columns, TableLayout layout) {
    this.selected = selected;
    this.columns = columns;
    this.layout = layout;
  }

  /**
   * Chooses columns. If the labels are text, a job finds the names of the classes; if neither
   * metadata nor the number of columns tells the shape of a row, a job reads the first row.
   *
   * @param name of the table, for messages
   * @param part that all rows belong to, if no column marks validation rows
   * @throws DataException if a column is missing or of another type
   */
  public static Table of(
      Dataset<Row> frame, String name, TableColumns columns, Scale scale, Part part) {
    return of(
        new TableSchema(frame, name, false),
        columns,
        scale,
        part,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Chooses columns.
   *
   * @param training the table of the training rows, if these rows are for test
   * @param known classes of a model that these rows are for
   */
  static Table of(
      TableSchema schema,
      TableColumns columns,
      Scale scale,
      Part part,
      Optional<Table> training,
      Optional<TableLabels.Known> known) {
    Found label = schema.find(columns.label(), "label");
    Optional<Found> weight = optional(schema, columns.weight(), "weight");
    Optional<Found> validation = optional(schema, columns.validation(), "validation");
    Set<String> used = new TreeSet<>(label.sources());
    weight.ifPresent(found -> used.addAll(found.sources()));
    validation.ifPresent(found -> used.addAll(found.sources()));
    TableFeatureFinder.Selection features =
        new TableFeatureFinder(schema, used, training.map(table -> table.layout.features()))
            .find(training.map(table -> table.namesFor(columns)).orElse(columns.features()));
    TableLabelFinder.Selection labels =
        new TableLabelFinder(schema)
            .find(
                label,
                training
                    .map(table -> table.layout.labels())
                    .or(() -> known.map(classes -> classes.of(label))));

    List<Column> selection = new ArrayList<>(features.columns());
    selection.add(labels.column());
    weight.ifPresent(found -> selection.add(weight(schema, found)));
    validation.ifPresent(found -> selection.add(validation(schema, found)));
    boolean hasFiles = schema.isOverFiles();
    if (hasFiles) {
      Column file = schema.frame().metadataColumn("_metadata");
      selection.add(file.getField("file_path"));
      selection.add(file.getField("file_block_start"));
    }
    return new Table(
        schema.frame().select(selection.toArray(Column[]::new)),
        columns,
        new TableLayout(
            schema.table(),
            features.features(),
            labels.labels(),
            columns.weight(),
            columns.validation(),
            scale.of(features.features()),
            part,
            hasFiles));
  }

  /**
   * The features that rows for test name. If they are named as those of these training rows are,
   * they are the same columns in the same order, however the columns of their table are arranged.
   */
  private List<String> namesFor(TableColumns test) {
    return layout.features() instanceof TableFeatures.NumberColumns numbers
            && test.features().equals(columns.features())
        ? numbers.columns()
        : test.features();
  }

  private static Optional<Found> optional(TableSchema schema, String text, String role) {
    return text.isEmpty() ? Optional.empty() : Optional.of(schema.find(text, role));
  }

  private static Column weight(TableSchema schema, Found weight) {
    if (!(weight.field().dataType() instanceof NumericType)) {
      throw schema.wrongType(weight, "weight", "numbers", "name a column of numbers");
    }
    return weight.column().cast(DataTypes.DoubleType);
  }

  private static Column validation(TableSchema schema, Found validation) {
    if (!(validation.field().dataType() instanceof BooleanType)) {
      throw schema.wrongType(
          validation, "validation", "boolean", "name a column that is true for validation rows");
    }
    return validation.column();
  }

  /** The format of every row. */
  public RowFormat format() {
    return layout.format();
  }

  /** Names of the classes, if labels are text or the label's metadata has names. */
  public Optional<List<String>> classNames() {
    return layout.labels().names();
  }

  /** The packed rows; see {@link io.syncnorm.spark.source.Source#blocks}. */
  public JavaRDD<Packet<RowBlock>> blocks() {
    TableLayout how = layout;
    return selected
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .mapPartitionsWithIndex((partition, rows) -> new TableRows(how, partition, rows), false);
  }

  /**
   * Describes the columns and the first row, which is read.
   *
   * @throws DataException if the first row cannot be used
   */
  TableSample sample(String format) {
    List<String> used =
        Arrays.stream(selected.schema().fields())
            .limit(layout.fileAt())
            .map(field -> field.name() + " " + field.dataType().catalogString())
            .toList();
    InternalRow[] first = selected.limit(1).queryExecution().executedPlan().executeCollect();
    Iterator<Packet<RowBlock>> rows = new TableRows(layout, 0, Arrays.asList(first).iterator());
    return new TableSample(
        format,
        selected.inputFiles().length,
        used,
        layout.features().shape(),
        layout.labels().description(),
        rows.hasNext() ? summary(rows.next().value().rows()) : "");
  }

  private static String summary(Rows row) {
    float[] features = new float[row.rowLength()];
    row.features().copyTo(0, features, 0, features.length);
    int nonzeros = 0;
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float feature : features) {
      nonzeros += feature != 0 ? 1 : 0;
      least = Math.min(least, feature);
      most = Math.max(most, feature);
    }
    return String.format(
        Locale.ROOT,
        "class %d, weight %s, %d features from %s to %s, %d of them not 0",
        row.label(0),
        row.weight(0),
        features.length,
        least,
        most,
        nonzeros);
  }
}
