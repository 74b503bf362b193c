package io.syncnorm.spark.table;

import java.util.List;

/**
 * What is known of a table before its rows are read.
 *
 * @param files number of files; 0 if the table has none
 * @param columns name and type of each column that is used
 * @param shape sizes of a row's dimensions
 * @param labels how labels are read
 * @param firstRow summary of the first row; empty if there are no rows
 */
public record TableSample(
    String format,
    int files,
    List<String> columns,
    List<Integer> shape,
    String labels,
    String firstRow) {}
