package io.syncnorm.spark.table;

import java.util.List;

/**
 * The columns of a table that are used, as a user names them.
 *
 * @param label a column, or an expression of Spark SQL
 * @param features one column of vectors, arrays or images, or columns of numbers: names, and
 *     patterns in which {@code *} stands for any characters and {@code ?} for one, each pattern in
 *     the order of the schema; empty: the one column of vectors, arrays or images, or else all
 *     columns of numbers that are not used otherwise
 * @param weight a column, or an expression of Spark SQL; empty if every row has weight 1
 */
public record TableColumns(String label, List<String> features, String weight) {
  public TableColumns {
    features = List.copyOf(features);
  }
}
