package io.syncnorm.ml;

import java.io.Serializable;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The names of the columns that training reads.
 *
 * @param weight empty if rows have no weights
 * @param validation empty if there are no validation rows
 */
record FitColumns(String features, String label, String weight, String validation)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Positions in the rows of {@link #select}. */
  static final int FEATURES_AT = 0;

  static final int LABEL_AT = 1;
  static final int WEIGHT_AT = 2;
  static final int VALIDATION_AT = 3;

  static FitColumns of(SyncBatchNormClassifier classifier) {
    return new FitColumns(
        classifier.getFeaturesCol(),
        classifier.getLabelCol(),
        orEmpty(classifier, classifier.weightCol()),
        orEmpty(classifier, classifier.validationIndicatorCol()));
  }

  private static String orEmpty(SyncBatchNormClassifier classifier, Param<String> column) {
    return classifier.isDefined(column) ? classifier.getOrDefault(column) : "";
  }

  /**
   * Checks what Spark's own check of the schema does not.
   *
   * @throws IllegalArgumentException if a column is missing or of another type
   */
  void check(StructType schema, int earlyStoppingRounds) {
    if (isSplit()) {
      DataType type = schema.apply(validation).dataType();
      if (!type.equals(DataTypes.BooleanType)) {
        throw new IllegalArgumentException(
            "column %s must be boolean to mark validation rows, found type=%s"
                .formatted(validation, type.catalogString()));
      }
    } else if (earlyStoppingRounds > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "early stopping needs validation rows: found earlyStoppingRounds=%d without validationIndicatorCol; call setValidationIndicatorCol",
              earlyStoppingRounds));
    }
  }

  /** Selects these columns only, in the order of their positions. */
  Dataset<Row> select(Dataset<?> dataset) {
    Column none = functions.lit(null).cast(DataTypes.DoubleType);
    return dataset.select(
        dataset.col(features),
        dataset.col(label).cast(DataTypes.DoubleType),
        isWeighted() ? dataset.col(weight).cast(DataTypes.DoubleType) : none,
        isSplit() ? dataset.col(validation) : functions.lit(false));
  }

  boolean isWeighted() {
    return !weight.isEmpty();
  }

  /** Whether a column marks validation rows. */
  boolean isSplit() {
    return !validation.isEmpty();
  }

  /** Returns all names, for messages. */
  String names() {
    return Stream.of(features, label, weight, validation)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns whether a selected row is a validation row.
   *
   * @throws IllegalArgumentException if it is not marked
   */
  boolean isValidation(Row row) {
    if (row.isNullAt(VALIDATION_AT)) {
      throw new IllegalArgumentException(
          "column %s must mark validation rows, found value=null; expected true or false"
              .formatted(validation));
    }
    return row.getBoolean(VALIDATION_AT);
  }

  /**
   * Returns the weight of a selected row; 1 if rows have no weights.
   *
   * @throws IllegalArgumentException if it is not a weight
   */
  float weight(Row row) {
    if (!isWeighted()) {
      return 1;
    }
    if (!(row.get(WEIGHT_AT) instanceof Double value)
        || !(value >= 0 && Float.isFinite(value.floatValue()))) {
      throw new IllegalArgumentException(
          "column %s must hold weights that are finite and at least 0, found value=%s"
              .formatted(weight, row.get(WEIGHT_AT)));
    }
    return value.floatValue();
  }
}
