package io.syncnorm.spark.table;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.NumericType;

/** Reads the label of a row. */
sealed interface TableLabels extends Serializable {
  /** Names of the classes, if they are known. */
  Optional<List<String>> names();

  /** How labels are read, for people. */
  String description();

  /**
   * Returns the class of a row.
   *
   * @param at index of the label's column
   * @throws io.syncnorm.data.DataException if it is not a class
   */
  int read(InternalRow row, int at, TableRow place);

  /**
   * Labels that are class indices, read as doubles.
   *
   * @param classes labels are 0 to {@code classes - 1}
   * @param namesOrEmpty names of the classes from the column's metadata, if it has them
   */
  record Indices(String column, int classes, List<String> namesOrEmpty) implements TableLabels {
    private static final long serialVersionUID = 1L;

    @Override
    public Optional<List<String>> names() {
      return namesOrEmpty.isEmpty() ? Optional.empty() : Optional.of(namesOrEmpty);
    }

    @Override
    public String description() {
      return namesOrEmpty.isEmpty()
          ? "indices of classes, from 0"
          : "indices of the classes " + TableSchema.abbreviated(namesOrEmpty);
    }

    @Override
    public int read(InternalRow row, int at, TableRow place) {
      if (row.isNullAt(at)) {
        throw missing(column, place);
      }
      double label = row.getDouble(at);
      if (!(label >= 0 && label < classes) || label != Math.rint(label)) {
        throw place.fault(
            "a number as label must be the index of a class",
            column,
            "an integer from 0 to " + (classes - 1),
            label,
            "to index any other values, set the label to cast(%s as string)".formatted(column));
      }
      return (int) label;
    }
  }

  /** Labels that are names of classes, read as text. */
  final class Names implements TableLabels {
    private static final long serialVersionUID = 1L;

    private final String column;
    private final List<String> names;
    private final Map<String, Integer> indices = new HashMap<>();

    /**
     * @param names of the classes, in their order
     */
    Names(String column, List<String> names) {
      this.column = column;
      this.names = List.copyOf(names);
      for (String name : names) {
        indices.put(name, indices.size());
      }
    }

    @Override
    public Optional<List<String>> names() {
      return Optional.of(names);
    }

    @Override
    public String description() {
      return "names of the classes " + TableSchema.abbreviated(names);
    }

    @Override
    public int read(InternalRow row, int at, TableRow place) {
      if (row.isNullAt(at)) {
        throw missing(column, place);
      }
      String name = row.getUTF8String(at).toString();
      Integer index = indices.get(name);
      if (index == null) {
        throw place.fault(
            "the training rows have no such label",
            column,
            "one of " + TableSchema.abbreviated(names),
            name,
            "correct the label, or add training rows that have it");
      }
      return index;
    }
  }

  /**
   * The classes of a model.
   *
   * @param names of the classes; empty if the model does not know them
   */
  record Known(int classes, List<String> names) {
    /** How labels of a column are read as these classes. */
    TableLabels of(TableSchema.Found label) {
      return names.isEmpty() || label.field().dataType() instanceof NumericType
          ? new Indices(label.text(), classes, names)
          : new Names(label.text(), names);
    }
  }

  private static RuntimeException missing(String column, TableRow place) {
    return place.fault("a label is missing", column, "a label", "null", "drop or fill such rows");
  }
}
