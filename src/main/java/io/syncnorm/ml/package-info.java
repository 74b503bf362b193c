/**
 * SyncNorm at home in Spark ML: an Estimator and its Model.
 *
 * <pre>
 * driver     params -> configuration; rows -> RowPacker -> [ barrier stage ] -> model
 * executor   rows of a partition -> chunks for each rank (a shuffle)
 * rank       chunks -> RankRows -> Agreement -> RankTraining
 * again      checkpointDir -> ranks survey their rows -> checkpoint -> [ barrier stage ] -> model
 * predict    rows of a partition -> blocks -> logits -> rows with three more columns
 * </pre>
 *
 * <p><b>Threads.</b> Estimator and model are as thread-safe as Spark's own: any number of threads
 * may call fit and transform while none sets params. Fits of one application take turns on the
 * barrier stage.
 *
 * <p><b>Imports.</b> Of ours {@code spark}, {@code checkpoint}, {@code train} and the leaves below
 * them; from outside spark-mllib with spark-sql and its Catalyst, and Hadoop's configuration.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>A param that is a key of the configuration takes its default and its range from there
 *       ({@link io.syncnorm.ml.ConfigParam}). It is bound by its key, in one place.
 *   <li>Rows are packed before they are shuffled: packed floats are half of Spark's vectors and
 *       need no boxed row. The shuffle also makes the barrier stage's RDD one that Spark accepts: a
 *       barrier stage refuses unions and coalesced partitions among its parents.
 *   <li>Chunks are put in the order of their partitions on the rank: the same partitions give the
 *       same model, bit by bit, though a shuffle delivers in any order.
 *   <li>A row that cannot be trained on travels to its rank as words and from there to the driver,
 *       which throws them. A failing task would be tried four times, and reach the caller wrapped
 *       in Spark's account of it.
 *   <li>The number of classes costs no pass over the data: ranks know it when they have their rows.
 *   <li>A checkpoint is a fit's by what decides its model, and by nothing else: the params that are
 *       keys of the configuration but for timeouts, attempts and {@code telemetry}, the number of
 *       workers, features and classes, and the rows. Names of columns, the uid and the interval of
 *       checkpoints may change. Rows are known by a CRC-32C of what each rank was dealt, taken
 *       where chunks are packed: other values, another order and other partitions are other rows,
 *       and would train another model. It costs some 15 ms for the 188 MB of MNIST on two cores,
 *       once in a fit, and is therefore always taken.
 *   <li>Whose a checkpoint is can thus be told only when ranks have their rows, and the number of
 *       classes may come from there, too. Where the folder holds any, ranks gather once more before
 *       training, report, and end; Spark keeps what was shuffled. A fit that finds the folder empty
 *       pays nothing for that. A checkpoint of another fit is refused and not trained over: it is
 *       hours of somebody's work, perhaps.
 *   <li>Checkpoints are removed when a fit is complete, inside the turn that fits take: those of a
 *       {@code CrossValidator}, which all have the same folder, find it empty one after the other.
 *       Without that the next fit would return the old model.
 *   <li>With early stopping a checkpoint holds two models, where the best is not the last.
 *   <li>Prediction goes block by block: a function per row would be bound by reading the weights
 *       anew for each row. MLlib appends columns with such functions, so that all others stay the
 *       attributes that they were. Here a plan of Catalyst's own nodes does that ({@link
 *       io.syncnorm.ml.predict.AppendedColumns}): it needs no strategy in the caller's session, and
 *       works in streams. Its price: all columns are read, whatever is selected afterwards. Nobody
 *       else may decode a row on its way, since Spark's encoders widen types.
 *   <li>A block holds so many rows as fit into 32 MB of features and layers, {@code blockSize} at
 *       most. What a fit takes whatever its rows are is compared with arrays and memory before a
 *       task runs ({@link io.syncnorm.ml.FitSize}).
 *   <li>A model is saved from an executor, which gets it as a broadcast: a row of a local DataFrame
 *       travels in its task, and those end at {@code spark.rpc.message.maxSize}. It is loaded in
 *       slices that {@code spark.driver.maxResultSize} admits.
 *   <li>Java and not Scala: the params of Spark's traits are made by {@link
 *       io.syncnorm.ml.ParamSet}, and the traits' setters do nothing.
 *   <li>{@code private[ml]} is public to the JVM; what is used of it is the reading of metadata
 *       into a model that exists already, which no public way can do.
 * </ul>
 */
package io.syncnorm.ml;
