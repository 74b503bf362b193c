/**
 * SyncNorm for Spark ML: an Estimator and its Model.
 *
 * <pre>
 * driver     params -> configuration; FitRows -> packed rows -> FitPlan -> [ barrier stage ] -> model
 * executor   rows of a partition -> packed blocks -> pieces for each rank (a shuffle)
 * rank       pieces -> shard -> RankTraining
 * resume     checkpointDir, counts and checksum of the packed rows -> checkpoint -> [ barrier stage ]
 * predict    rows of a partition -> blocks -> logits -> rows with three more columns
 * </pre>
 *
 * <p><b>Threads.</b> Estimator and model are as thread-safe as Spark's own: any number of threads
 * may call fit and transform, as long as no thread sets params. Fits of one application take turns
 * on the barrier stage.
 *
 * <p><b>Imports.</b> Of ours {@code spark} with its packages {@code source}, {@code table} and
 * {@code shard}, {@code checkpoint}, {@code train}, {@code onnx} and the leaves below them; from
 * outside spark-mllib with spark-sql and its Catalyst, and Hadoop's configuration.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>A param that corresponds to a key of the configuration takes its default and range from
 *       that key ({@link io.syncnorm.ml.ConfigParam}). Params and keys are bound in one place,
 *       {@link io.syncnorm.ml.ParamTable}, with what each param means; the interfaces have only
 *       accessors.
 *   <li>Rows go the way of the command line: executors read each row once, check, pack and count
 *       it, and keep the packed rows in Spark's local folders; one shuffle deals them to the ranks,
 *       whose shards lie in files beyond a third of the heap. Only the reading of Spark's vectors
 *       is the estimator's own ({@link io.syncnorm.ml.FitRows}), because its messages are those of
 *       a {@code spark.ml} stage, the same in fit and transform.
 *   <li>Rows are numbered in the order of the partitions. The deal depends on these numbers, the
 *       seed and the number of workers, so the same rows in the same order give a bit-identical
 *       model in any number of partitions.
 *   <li>All checks of the rows are made on the driver, from their counts, before the barrier stage.
 *       A fault of a row does not fail its task: a failing task would be tried four times, and its
 *       message would reach the caller wrapped in Spark's.
 *   <li>The number of classes costs no pass over the data: it is counted while rows are packed.
 *   <li>A checkpoint belongs to a fit if everything that determines the model is equal: the params
 *       that are keys of the configuration (except timeouts, attempts and {@code telemetry}), the
 *       numbers of workers, features and classes, and the rows. Names of columns, the uid, the
 *       interval of checkpoints and the partitions may change. Rows are identified by the checksum
 *       of the packed rows; other values or another order give another checksum, as they would give
 *       another model. A checkpoint of another fit is rejected before the barrier stage and not
 *       overwritten, since it may hold hours of training.
 *   <li>If Spark loses packed rows with their executor and reads them again, the rows must be the
 *       same; otherwise the fit fails and advises to write or cache the rows.
 *   <li>Checkpoints are removed when a fit is complete, before the next fit takes its turn: the
 *       fits of a {@code CrossValidator}, which share one folder, each find it empty. Otherwise the
 *       next fit would return the old model.
 *   <li>With early stopping a checkpoint holds two models, unless the best is the last.
 *   <li>Rows are predicted in blocks: a function per row would be limited by reading the weights
 *       for each row. MLlib appends columns with such functions, so that all other columns keep
 *       their attributes. Here a plan of Catalyst's own nodes does the same ({@link
 *       io.syncnorm.ml.predict.AppendedColumns}); it needs no strategy in the caller's session, and
 *       works with streams. Its price is that all columns are read, whatever is selected
 *       afterwards. Rows are never decoded in between, since Spark's encoders widen types.
 *   <li>A block holds as many rows as fit into 32 MB of features and layers, at most {@code
 *       blockSize}. A block of sparse vectors is multiplied as such, at the cost of the values that
 *       it stores: with a million features a dense block would hold eight rows. The memory that a
 *       fit needs at least is checked before a task runs ({@link io.syncnorm.ml.FitSize}).
 *   <li>A model is saved by executors, which receive it as a broadcast: a row of a local DataFrame
 *       is sent with its task, whose size is limited by {@code spark.rpc.message.maxSize}. Each row
 *       holds a part of it, because a row is one array of bytes. A model is loaded in slices within
 *       {@code spark.driver.maxResultSize}.
 *   <li>The package is in Java and not in Scala: {@link io.syncnorm.ml.ParamTable} creates the
 *       params of Spark's traits, and the traits' setters do nothing.
 *   <li>{@code private[ml]} is public to the JVM. It is used only to read metadata into an existing
 *       model, for which there is no public method.
 * </ul>
 */
package io.syncnorm.ml;
