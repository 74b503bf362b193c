package io.syncnorm.ml.predict;

import org.apache.spark.sql.catalyst.InternalRow;

/**
 * A row as Spark has it, between its columns and our functions.
 *
 * @implNote Public, because code that Spark generates calls it.
 */
public final class UntouchedRow {
  private UntouchedRow() {}

  /** The row that it is given. */
  public static InternalRow of(InternalRow row) {
    return row;
  }
}
