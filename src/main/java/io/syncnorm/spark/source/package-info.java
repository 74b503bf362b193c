/**
 * The Spark data source {@code idx}, which reads rows from IDX files.
 *
 * <p><b>Threads.</b> Executors read; a relation is immutable.
 *
 * <p><b>Imports.</b> Of ours {@code data}, {@code files} and {@code config}; from outside
 * spark-sql, the vectors of spark-mllib, and Hadoop's configuration, which passes through to {@code
 * files}.
 */
package io.syncnorm.spark.source;
