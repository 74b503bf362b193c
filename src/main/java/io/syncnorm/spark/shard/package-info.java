/**
 * Rows dealt to ranks, and the training on them: a rank loads its shard from the pieces that a
 * shuffle brings, within the executor's budget of memory, and trains.
 *
 * <pre>
 * driver  PackedData -> DealtData (plan, shuffle) -> ShardTraining -> Progress
 *         rows that are at their ranks -> DealtData.inPlace (plan)
 *         IDX files, in local mode -> EarlyDeal (PackedData and DealtData in one pass)
 * rank    pieces -> ShardLoading -> Shard -> RankTraining
 * </pre>
 *
 * <p><b>Threads.</b> {@link io.syncnorm.spark.shard.ShardTraining#run} is called on the driver and
 * blocks. A shard is read only, so that the ranks of several trainings may share it.
 *
 * <p><b>Imports.</b> Of ours {@code spark}, {@code spark.source}, {@code train} and the leaves
 * below them; from outside spark-core.
 *
 * <p><b>Decisions.</b> Both models of a comparison, and the cells of a grid, train on the same
 * deal. An executor keeps its ranks' shards in an object that arrives as a broadcast: it lives as
 * long as the broadcast, so no message and no registry is needed to free it. A rank that starts on
 * an executor without its shard loads it from the shuffle's files, which Spark keeps or makes
 * again.
 *
 * <p>In local mode the tasks that read IDX files deal their rows as well, if these are shuffled:
 * headers tell the number of each row, and the places need no counts. A second pass over the rows
 * of MNIST and another job would take a tenth of the time to the end of the first epoch.
 *
 * <p>Rows lie in files in Spark's local folders beyond the budget. The files are deleted while they
 * are open, so they vanish with the process, however it ends.
 */
package io.syncnorm.spark.shard;
