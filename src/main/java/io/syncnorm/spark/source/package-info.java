/**
 * Rows from sources to ranks, through executors only; and the Spark data source {@code idx}.
 *
 * <pre>
 * {@link io.syncnorm.spark.source.Source}      blocks of consecutive rows, read and checked by tasks
 * {@link io.syncnorm.spark.source.PackedData}  the blocks, kept by Spark; on the driver a {@link io.syncnorm.spark.source.Survey} of counts
 * deal        row number -> rank and position -> pieces, shuffled to the ranks
 * </pre>
 *
 * <p><b>Threads.</b> Sources and data belong to one thread of the driver, which blocks while rows
 * are read or dealt; a {@link io.syncnorm.spark.source.LoadListener} is called on another one. A
 * task that reads IDX files has a second thread, which reads the next block ({@link
 * io.syncnorm.data.idx.ReadAhead}). Tasks share nothing.
 *
 * <p><b>Imports.</b> Of ours {@code data}, {@code data.idx}, {@code files}, {@code config} and
 * {@code spark}; from outside spark-core, spark-sql, the vectors of spark-mllib, the XXH64 of
 * lz4-java, which Spark itself uses, and Hadoop's configuration, which passes through to {@code
 * files}.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Tasks count rows while they read them, and an accumulator brings the counts to the driver
 *       by partition, so a task that runs twice counts once. A row's number is the number of rows
 *       in the runs before its own plus its place there; partitions have no part in it.
 *   <li>A row's hash covers its label, its weight and its features other than 0, so that packing
 *       does not matter. Hashes of rows are joined by a polynomial, so that splits do not matter.
 *   <li>Spark keeps the counts of a partition after its rows. When Spark reads a partition again
 *       because an executor was lost, the rows must be those that were counted. Otherwise two rows
 *       would be dealt to one place, and the model would be wrong.
 *   <li>If an executor is lost while rows are read, partitions whose counts have arrived are not
 *       read again until their rows are needed. Counts that were lost with their job are read from
 *       what Spark keeps.
 *   <li>A fault in a row does not fail its task, because Spark would run the task again and wrap
 *       the message. The task ends its partition and sends the message with the counts.
 *   <li>Spark keeps rows on disk, because they may not fit into memory; small data, whose size is
 *       known from headers, stays in memory. Rows are kept and shuffled without Spark's default
 *       stream of Java objects, which refers to the last hundred objects ({@link
 *       io.syncnorm.spark.source.Chunks}, {@link io.syncnorm.spark.BarrierPartitions#shuffled}).
 *   <li>Dealing runs its shuffle at once: faults are reported before ranks start, and ranks that
 *       wait for each other do not wait for it.
 *   <li>The SHA-256 of a raw IDX file that several tasks read needs one more task, which reads the
 *       complete file. A row limit shortens what is kept and not what is checked and hashed.
 * </ul>
 */
package io.syncnorm.spark.source;
