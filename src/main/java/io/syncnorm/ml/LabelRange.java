package io.syncnorm.ml;

import io.syncnorm.config.Keys;
import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeType;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.StructField;

/**
 * The range of labels.
 *
 * @param classes labels are 0 to {@code classes - 1}
 * @param known whether the column's metadata defines it; otherwise the largest label does
 */
record LabelRange(int classes, boolean known) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Returns the range in the label column's metadata, or the largest range if there is none. */
  static LabelRange of(StructField label) {
    Attribute attribute = Attribute.fromStructField(label);
    if (attribute.attrType().equals(AttributeType.Binary())) {
      return new LabelRange(2, attribute instanceof BinaryAttribute);
    }
    if (attribute instanceof NominalAttribute nominal && nominal.getNumValues().isDefined()) {
      int classes = (int) nominal.getNumValues().get();
      if (classes < 2 || classes > Keys.MOST_CLASSES) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a classifier needs 2 to %d classes, found classes=%d in the metadata of column %s",
                Keys.MOST_CLASSES,
                classes,
                label.name()));
      }
      return new LabelRange(classes, true);
    }
    return new LabelRange(Keys.MOST_CLASSES, false);
  }

  /**
   * Returns a label as an int.
   *
   * @throws IllegalArgumentException if it is not a label in this range
   */
  int require(Object value, String column) {
    if (!(value instanceof Double label)
        || !(label >= 0 && label < classes)
        || label != Math.rint(label)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "column %s must hold class indices from 0 to %d%s, found value=%s; index labels with a StringIndexer",
              column,
              classes - 1,
              known ? " (from its metadata)" : "",
              value));
    }
    return label.intValue();
  }
}
