/**
 * Rows without labels that executors read to predict them.
 *
 * <p><b>Threads.</b> Inputs are immutable.
 *
 * <p><b>Imports.</b> Of ours {@code spark.source}, {@code data} and {@code spark}; from outside
 * Spark's context and rows.
 */
package io.syncnorm.spark.input;
