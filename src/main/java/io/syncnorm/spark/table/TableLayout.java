package io.syncnorm.spark.table;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.table.TableSettings.Scale;
import java.io.Serializable;

/**
 * How the rows of a selection are read: the columns of the features, the label, then those that
 * there are of weight, and the file and its offset.
 *
 * @param table the table, for messages
 * @param weight name of the weight, for messages; empty if there is none
 * @param part that all rows belong to
 * @param hasFiles whether rows name their file
 */
record TableLayout(
    String table,
    TableFeatures features,
    TableLabels labels,
    String weight,
    Scale scale,
    Part part,
    boolean hasFiles)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  RowFormat format() {
    return new RowFormat(features.shape(), scale == Scale.BY_255);
  }

  RowPacking newPacking() {
    return new RowPacking(format().rowLength(), scale, isWeighted());
  }

  boolean isWeighted() {
    return !weight.isEmpty();
  }

  int labelAt() {
    return features.columns().size();
  }

  int weightAt() {
    return labelAt() + 1;
  }

  int fileAt() {
    return weightAt() + (isWeighted() ? 1 : 0);
  }

  int startAt() {
    return fileAt() + 1;
  }
}
