/**
 * SyncNorm for Spark ML: an Estimator and its Model.
 *
 * <pre>
 * driver     params -> configuration; rows -> RowPacker -> [ barrier stage ] -> model
 * executor   rows of a partition -> chunks for each rank (a shuffle)
 * rank       chunks -> RankRows -> Agreement -> RankTraining
 * resume     checkpointDir -> ranks survey their rows -> checkpoint -> [ barrier stage ] -> model
 * predict    rows of a partition -> blocks -> logits -> rows with three more columns
 * </pre>
 *
 * <p><b>Threads.</b> Estimator and model are as thread-safe as Spark's own: any number of threads
 * may call fit and transform, as long as no thread sets params. Fits of one application take turns
 * on the barrier stage.
 *
 * <p><b>Imports.</b> Of ours {@code spark}, {@code checkpoint}, {@code train} and the leaves below
 * them; from outside spark-mllib with spark-sql and its Catalyst, and Hadoop's configuration.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>A param that corresponds to a key of the configuration takes its default and range from
 *       that key ({@link io.syncnorm.ml.ConfigParam}). Params and keys are bound in one place.
 *   <li>Rows are packed before they are shuffled: packed floats take half the memory of Spark's
 *       vectors and need no boxed row. The shuffle also gives the barrier stage an RDD that Spark
 *       accepts: a barrier stage rejects unions and coalesced partitions among its parents.
 *   <li>A rank sorts its chunks by partition: the same partitions give a bit-identical model,
 *       although a shuffle delivers in any order.
 *   <li>For a row that cannot be trained on, a message is sent to its rank and from there to the
 *       driver, which throws it. A failing task would be tried four times, and its message would
 *       reach the caller wrapped in Spark's.
 *   <li>The number of classes costs no pass over the data: ranks know it when they have their rows.
 *   <li>A checkpoint belongs to a fit if everything that determines the model is equal: the params
 *       that are keys of the configuration (except timeouts, attempts and {@code telemetry}), the
 *       numbers of workers, features and classes, and the rows. Names of columns, the uid and the
 *       interval of checkpoints may change. Rows are identified by a CRC-32C of each rank's rows,
 *       computed when chunks are packed. Other values, another order or other partitions give
 *       another checksum, as they would give another model. The checksum costs about 15 ms for the
 *       188 MB of MNIST on two cores, once per fit, and is therefore always computed.
 *   <li>So the owner of a checkpoint can be checked only when ranks have their rows, which may also
 *       define the number of classes. If the folder has checkpoints, an additional stage gathers
 *       the rows before training, reports and ends; Spark keeps the shuffled rows. A fit with an
 *       empty folder skips that stage. A checkpoint of another fit is rejected and not overwritten,
 *       since it may hold hours of training.
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
 *       blockSize}. The memory that a fit needs at least is checked before a task runs ({@link
 *       io.syncnorm.ml.FitSize}).
 *   <li>A model is saved by an executor, which receives it as a broadcast: a row of a local
 *       DataFrame is sent with its task, whose size is limited by {@code
 *       spark.rpc.message.maxSize}. A model is loaded in slices within {@code
 *       spark.driver.maxResultSize}.
 *   <li>The package is in Java and not in Scala: {@link io.syncnorm.ml.ParamSet} creates the params
 *       of Spark's traits, and the traits' setters do nothing.
 *   <li>{@code private[ml]} is public to the JVM. It is used only to read metadata into an existing
 *       model, for which there is no public method.
 * </ul>
 */
package io.syncnorm.ml;
