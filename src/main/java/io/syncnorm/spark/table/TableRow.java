package io.syncnorm.spark.table;

import io.syncnorm.data.DataException;

/** The place of the row that is being read, for messages. */
interface TableRow {
  /**
   * Returns the fault of a value of this row.
   *
   * @param what what is wrong
   * @param column the value's column
   * @param remedy what to do
   */
  DataException fault(String what, String column, Object expected, Object found, String remedy);
}
