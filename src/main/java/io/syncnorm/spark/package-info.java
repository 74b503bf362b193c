/**
 * Puts the ranks on Spark: shards as broadcasts or made of an RDD's partitions, one barrier job
 * that trains all remaining epochs, results brought home while it runs.
 *
 * <p>{@link io.syncnorm.spark.RankStage} does any {@link io.syncnorm.spark.RankWork}, one rank per
 * partition, and starts lost ranks again. {@link io.syncnorm.spark.TrainingWork} is the work of
 * every training, whatever the door: it keeps what rank 0 reports, the best model too, and starts
 * ranks from there. A door says in a {@link io.syncnorm.spark.RankData} where ranks get their rows,
 * and in a {@link io.syncnorm.spark.RankOpener} how a rank comes from these to a training: the
 * command line from shards that the driver has dealt, the estimator from chunks that a shuffle
 * brings, the training master from its RDD's partitions.
 *
 * <p><b>Threads.</b> {@link io.syncnorm.spark.TrainingWork#run} is called on the driver and blocks.
 * A report is decoded on the thread of its rank's line, and stored on one thread for all attempts
 * of the job, while training goes on.
 *
 * <p><b>Imports.</b> Of ours {@code train} and the leaves below it but {@code data}; from outside
 * spark-core, and of Spark's Kryo one annotation.
 *
 * <p><b>What goes through {@code spark.serializer}</b>, the user's choice, is a number, a string or
 * a {@link io.syncnorm.spark.Packet}: rows that are shuffled or kept, and as {@link
 * io.syncnorm.spark.Sent} all broadcasts. A packet is written by Java serialization with Kryo too,
 * so that no class of ours must be fit for Kryo, and one only need be registered where Spark takes
 * registered classes alone. Programs and their lambdas travel in closures, which Spark always
 * writes by Java serialization.
 *
 * <p><b>Decisions.</b> A shard travels as a broadcast of its own and not inside its task: a rank
 * fetches exactly its shard, a task stays small however large the data (Spark refuses tasks over
 * {@code spark.rpc.message.maxSize}), both models of a comparison share what was sent, and in local
 * mode all ranks read the driver's own arrays. The barrier stage only starts the ranks together;
 * {@code barrier()} and {@code allGather()} poll once a second and are never called. Slots are
 * counted before the job is submitted, because Spark itself would wait ten minutes before it gives
 * up.
 *
 * <p>Local mode takes the way of a cluster, rendezvous and reports included, so that every test
 * walks it; with one process there are no connections between ranks. A rank's failure reaches the
 * driver as words on the rank's own line: Spark's account of a failed barrier stage is late, long,
 * and often that of a rank that only noticed. Only the loss of a rank is tried again; what failed
 * for a reason of its own would fail again, and a cancelled job is not wanted any more, nor is one
 * whose caller is interrupted ({@link io.syncnorm.spark.Interruption}). Encryption is refused
 * rather than half done, and what Spark itself would refuse is refused before anybody waits. A
 * world that is {@code auto} is as large as Spark was asked to make it: an executor that is late
 * must not train another model.
 *
 * <p>An executor that hangs does not end its task, and Spark goes on counting its slot: the next
 * attempt would be put there again. So {@link io.syncnorm.spark.RunningRanks} knows by Spark's own
 * events where the ranks are, of those that never came, too; whoever still runs one when all were
 * told to stop is replaced, as Spark would do by itself after two minutes and more. That rank is
 * named as the one that was lost, because who gave up first says little where several wait for each
 * other. When all executors hang at once nobody is left to notice, and it is Spark's {@code
 * spark.network.timeout} that ends the attempt. {@link io.syncnorm.spark.JobWatch} ends jobs that
 * Spark would not: it holds a barrier stage back for ever when an executor is lost between counting
 * the slots and starting the tasks. When the last report is there the work is done, whatever
 * becomes of the ranks; and no attempt begins while the driver still takes what the one before has
 * reported.
 *
 * <p>Storing never holds up a report: rank 0 would wait for the disk in its connection, and the
 * others for rank 0 until they give up on it. So a line's thread keeps a report in memory alone,
 * which is where the next attempt sets out from, and {@link io.syncnorm.spark.Storage} stores
 * epochs in order; a {@link io.syncnorm.spark.Backlog} bounds what waits for it. The job ends when
 * all is stored, and what storing throws ends the job. Loading does not hold up anybody either:
 * ranks come to the rendezvous before Spark reads or computes their partitions ({@link
 * io.syncnorm.spark.LateRows}), and wait for each other's rows with a deadline of its own, while a
 * broken line still tells at once that one is lost.
 */
package io.syncnorm.spark;
