package io.syncnorm.spark.table;

import io.syncnorm.config.Keys;
import io.syncnorm.data.DataException;
import io.syncnorm.spark.table.TableSchema.Found;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeType;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/** Finds how labels are read: numbers are indices of classes, and any other values are names. */
record TableLabelFinder(TableSchema schema) {
  private static final String ROLE = "label";

  /** Labels and the column to select for them. */
  record Selection(TableLabels labels, Column column) {}

  /**
   * @param training labels of the training rows, if these rows are for test
   */
  Selection find(Found label, Optional<TableLabels> training) {
    if (label.field().dataType() instanceof NumericType) {
      TableLabels labels = training.orElseGet(() -> indices(label));
      if (labels instanceof TableLabels.Names) {
        throw differs(label, "text", labels, "set the label to cast(... as string)");
      }
      return new Selection(labels, label.column().cast(DataTypes.DoubleType));
    }
    if (!(label.field().dataType() instanceof AtomicType)
        || label.field().dataType() instanceof BinaryType) {
      throw schema.wrongType(
          label, ROLE, "numbers, text, or another type with single values", "name another column");
    }
    Column text = label.column().cast(DataTypes.StringType);
    TableLabels labels =
        training.orElseGet(() -> new TableLabels.Names(label.text(), distinct(text, label)));
    if (labels instanceof TableLabels.Indices) {
      throw differs(label, "numbers", labels, "set the label to cast(... as int)");
    }
    return new Selection(labels, text);
  }

  /**
   * The fault of labels that are not of the kind of the training rows. Spark infers text for a
   * column without values, and for one in which a single value is not a number.
   */
  private DataException differs(Found label, String kind, TableLabels training, String remedy) {
    schema.requireRows();
    return schema.wrongType(
        label,
        ROLE,
        "%s, as in the training rows (%s)".formatted(kind, training.description()),
        "correct a label that is not like the others, or " + remedy);
  }

  /** The classes of Spark ML's metadata, or as many as there may be. */
  private TableLabels.Indices indices(Found label) {
    Attribute attribute = Attribute.fromStructField(label.field());
    int classes = Keys.MOST_CLASSES;
    List<String> names = List.of();
    if (attribute.attrType().equals(AttributeType.Binary())) {
      classes = 2;
      if (attribute instanceof BinaryAttribute binary && binary.values().isDefined()) {
        names = List.of(binary.values().get());
      }
    } else if (attribute instanceof NominalAttribute nominal) {
      if (nominal.values().isDefined()) {
        names = List.of(nominal.values().get());
      }
      classes = nominal.getNumValues().isDefined() ? (int) nominal.getNumValues().get() : classes;
    }
    if (classes < 2 || classes > Keys.MOST_CLASSES) {
      throw classes(label, classes + " in the metadata");
    }
    return new TableLabels.Indices(label.text(), classes, names);
  }

  private List<String> some(Column text) {
    return schema
        .frame()
        .select(text)
        .as(Encoders.STRING())
        .distinct()
        .limit(Keys.MOST_CLASSES + 2)
        .collectAsList();
  }

  /** The distinct labels, sorted: as numbers if all are numbers, else as text. */
  private List<String> distinct(Column text, Found label) {
    List<String> names =
        schema.read(() -> some(text)).stream()
            .filter(Objects::nonNull) // A null is found when its row is read, with its place.
            .sorted()
            .toList();
    if (names.size() > Keys.MOST_CLASSES) {
      throw classes(label, "more, such as " + names.subList(0, 3));
    }
    if (names.size() < 2) {
      schema.requireRows();
      throw classes(label, names);
    }
    return sorted(names);
  }

  private static List<String> sorted(List<String> names) {
    try {
      return names.stream().sorted(Comparator.comparing(BigDecimal::new)).toList();
    } catch (NumberFormatException e) {
      return names;
    }
  }

  private DataException classes(Found label, Object found) {
    return DataException.of(
        "there must be 2 to " + Keys.MOST_CLASSES + " classes",
        schema.table(),
        "2 to " + Keys.MOST_CLASSES + " labels in column " + label.text(),
        found,
        "name the column of the label",
        null);
  }
}
