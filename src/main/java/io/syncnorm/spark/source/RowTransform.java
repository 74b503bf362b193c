package io.syncnorm.spark.source;

import io.syncnorm.data.Part;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import java.io.Serializable;

/** Changes the features of rows before they are dealt, row by row. */
@FunctionalInterface
public interface RowTransform extends Serializable {
  RowTransform NONE = (part, rows) -> rows;

  /** Returns as many rows, in their order. */
  Rows apply(Part part, Rows rows);

  /** Returns the shape of changed rows. */
  default Shape shape(Shape before) {
    return before;
  }
}
