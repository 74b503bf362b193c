/**
 * Labelled rows from any table that Spark can read, packed by executors.
 *
 * <pre>
 * driver    TableSettings -> TableReader -> DataFrame -> Table: columns, found and checked
 * executor  rows of the DataFrame -> TableRows -> RowPacking -> blocks
 * </pre>
 *
 * <p><b>Threads.</b> Tables are immutable. Each task has a packing of its own.
 *
 * <p><b>Imports.</b> Of ours {@code spark.source}, which says what a source is, and {@code config},
 * {@code files}, {@code data} and {@code spark}; from outside spark-sql with its Catalyst, and
 * spark-mllib for vectors, images and metadata.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>A number as label is the index of its class, from 0, as in Spark ML and in Keras' sparse
 *       labels. It is never indexed again, because that would need another pass over every table
 *       and would hide a wrong column. Any other value is a name: names are sorted, as numbers if
 *       all are numbers, and counted from 0. A label may be an expression of Spark SQL, so labels
 *       of -1 and 1 become classes by {@code cast(label as string)}, and labels from 1 by {@code
 *       label - 1}.
 *   <li>A pattern of columns takes them in the order of the schema, which is the order that the
 *       writer chose. The natural order of names would be another one for some tables, and nobody
 *       would notice. Test rows take the columns of the training rows by name.
 *   <li>CSV files have a header, types are inferred, every file must have the same header, and a
 *       line with too few or too many values is a fault. Spark's own defaults would accept such
 *       lines and headers, and train on shifted columns. Each default is an option that a user can
 *       set. The additional option {@code schema} saves the pass over the files that infers types.
 *   <li>Options of Spark's own formats are checked ({@link io.syncnorm.spark.table.FormatOptions}):
 *       Spark would ignore a misspelled one. Those of other formats are not known, and options with
 *       a dot belong to Hadoop.
 *   <li>A column of text in a CSV or JSON file counts as a column of numbers, and its values are
 *       parsed row by row. One misspelled number makes Spark infer text for its column, and the
 *       column must not be left out for that: the fault names the value and its row.
 *   <li>Rows are read as Spark's internal rows. A decoded row of 784 numbers would have 784 boxes.
 *   <li>A row names its file by Spark's hidden column {@code _metadata}, if the DataFrame only
 *       selects and filters rows of files. Other operations may mix files, and a cached table has
 *       none; its rows keep the order of the partitions.
 *   <li>Zeros are skipped while rows are collected, so a row costs what its other values cost, and
 *       -0 becomes 0. A block of sparse rows is never larger than the values in it.
 *   <li>Spark decodes colors with blue first, as OpenCV does. Features have red first, as in most
 *       other libraries. The pixels of a row are in the order of height, width, channels.
 *   <li>Spark infers the number of features of libsvm files without a word about the row that stops
 *       it. The files are then read once more, as rows, which name their place.
 *   <li>A failure to read is a fault of the data if the file or a record in it is to blame. Other
 *       failures are left to Spark, which tries the task again.
 *   <li>The moments of standardization are computed from exact sums, so that they are the same for
 *       all partitions. Sums of pairs of doubles would only nearly always be.
 * </ul>
 */
package io.syncnorm.spark.table;
