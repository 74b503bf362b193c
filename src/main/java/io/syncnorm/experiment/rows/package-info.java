/**
 * The rows of the configuration, and what a model makes of them: {@link
 * io.syncnorm.experiment.rows.DataSources} opens the sources, {@link
 * io.syncnorm.experiment.rows.ModelEvaluation} measures a model on executors, and {@link
 * io.syncnorm.experiment.rows.Predictions} writes what it predicts.
 *
 * <p><b>Threads.</b> Everything belongs to the thread that calls it. Each task opens a model of its
 * own.
 *
 * <p><b>Imports.</b> Of ours {@code config}, {@code data}, {@code files}, {@code report}, {@code
 * model}, and {@code spark} with its packages of sources, tables and inputs; from outside Spark's
 * context and DataFrames. The package {@code experiment} imports this one, never the reverse.
 *
 * <p><b>Decisions.</b> Predictions on standard output are read partition by partition, so the
 * driver holds one partition of them at a time. Rows of a table are sorted for it, because Spark
 * arranges files by their size. A folder of predictions is written by executors and must not exist
 * before.
 */
package io.syncnorm.experiment.rows;
