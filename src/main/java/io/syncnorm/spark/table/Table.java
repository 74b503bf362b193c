package io.syncnorm.spark.table;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.table.TableSchema.Found;
import io.syncnorm.spark.table.TableSettings.Scale;
import io.syncnorm.spark.version.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/** A DataFrame whose rows are packed: its columns are chosen and checked, but no row is read. */
final class Table {
  private final Dataset<Row> selected;
  private final TableColumns columns;
  private final TableLayout layout;
  private final TableRoles roles;

  private Table(Dataset<Row> selected, TableColumns columns, TableLayout layout, TableRoles roles) {
    this.selected = selected;
    this.columns = columns;
    this.layout = layout;
    this.roles = roles;
  }

  /**
   * Chooses columns. If the labels are text, a job finds the names of the classes; if neither
   * metadata nor the number of columns tells the shape of a row, a job reads the first row.
   *
   * @param part that all rows belong to
   * @param training the table of the training rows, if these rows are for test
   * @param known classes of a model that these rows are for
   * @throws DataException if a column is missing or of another type
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
    Set<String> used = new TreeSet<>(label.sources());
    weight.ifPresent(found -> used.addAll(found.sources()));
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
            scale.of(features.features()),
            part,
            hasFiles),
        new TableRoles(schema, label, labels.labels(), features.features(), weight, used));
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

  /** The format of every row. */
  RowFormat format() {
    return layout.format();
  }

  /** The columns by their role, for people. */
  String schema() {
    return roles.text();
  }

  /** Names of the classes, if labels are text or the label's metadata has names. */
  Optional<List<String>> classNames() {
    return layout.labels().names();
  }

  /** The packed rows; see {@link io.syncnorm.spark.source.Source#blocks}. */
  JavaRDD<Packet<RowBlock>> blocks() {
    TableLayout how = layout;
    return Frames.execution(selected)
        .toRdd()
        .toJavaRDD()
        .mapPartitionsWithIndex((partition, rows) -> new TableRows(how, partition, rows), false);
  }
}
