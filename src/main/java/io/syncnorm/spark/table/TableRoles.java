package io.syncnorm.spark.table;

import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.table.TableSchema.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.lang3.StringUtils;
import org.apache.spark.sql.types.StructField;

/**
 * The columns of a table by their role, for people.
 *
 * @param used names of the columns that label and weight are computed from
 */
record TableRoles(
    TableSchema schema,
    Found label,
    TableLabels labels,
    TableFeatures features,
    Optional<Found> weight,
    Set<String> used) {
  private static final int LONGEST_TYPE = 40;

  /** One line: each role with its columns and their types; of many columns the first. */
  String text() {
    List<String> roles = new ArrayList<>();
    roles.add("label: %s, %s".formatted(text(label), labels.description()));
    roles.add("features: " + featuresText());
    weight.ifPresent(found -> roles.add("weight: " + text(found)));
    Set<String> others = new HashSet<>(used);
    others.addAll(features.columns());
    List<String> ignored =
        schema.fields().stream()
            .filter(field -> !others.contains(field.name()))
            .map(field -> field.name() + " " + type(field))
            .toList();
    if (!ignored.isEmpty()) {
      roles.add("ignored: " + TableSchema.abbreviated(ignored));
    }
    return String.join("; ", roles);
  }

  private String featuresText() {
    Map<String, StructField> fields = new HashMap<>();
    schema.fields().forEach(field -> fields.put(field.name(), field));
    if (features instanceof TableFeatures.NumberColumns numbers) {
      return TableSchema.abbreviated(
          numbers.columns().stream().map(name -> name + " " + type(fields.get(name))).toList());
    }
    String column = features.columns().get(0);
    String type =
        features instanceof TableFeatures.VectorColumn
            ? "vector"
            : features.isImage() ? "image" : type(fields.get(column));
    return "%s %s of %s".formatted(column, type, new RowFormat(features.shape(), false).size());
  }

  private static String text(Found found) {
    return found.text() + " " + type(found.field());
  }

  private static String type(StructField field) {
    return StringUtils.abbreviate(field.dataType().catalogString(), LONGEST_TYPE);
  }
}
