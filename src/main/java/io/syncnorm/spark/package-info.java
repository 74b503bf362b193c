/**
 * Puts the ranks on Spark: shards as broadcasts, one barrier job that trains all remaining epochs,
 * results brought home while it runs.
 *
 * <p><b>Threads.</b> {@link io.syncnorm.spark.TrainingJob#run} is called on the driver and blocks;
 * its listener is called on rank 0's thread.
 *
 * <p><b>Imports.</b> Of ours {@code train} and the leaves below it; from outside spark-core.
 *
 * <p><b>Decisions.</b> A shard travels as a broadcast of its own and not inside its task: a rank
 * fetches exactly its shard, a task stays small however large the data (Spark refuses tasks over
 * {@code spark.rpc.message.maxSize}), both models of a comparison share what was sent, and in local
 * mode all ranks read the driver's own arrays. The barrier stage only starts the ranks together;
 * {@code barrier()} and {@code allGather()} poll once a second and are never called. Slots are
 * counted before the job is submitted, because Spark itself would wait ten minutes before it gives
 * up.
 */
package io.syncnorm.spark;
