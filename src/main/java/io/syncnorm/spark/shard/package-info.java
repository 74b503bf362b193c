/**
 * Rows dealt to ranks, and the training on them: a rank loads its shard from the pieces that a
 * shuffle brings, within the executor's budget of memory, and trains.
 *
 * <pre>
 * driver  PackedData -> DealtData (plan, shuffle) -> ShardTraining -> Progress
 *         rows that are at their ranks -> DealtData.inPlace (plan)
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
 * again. In local mode the rows of shuffled IDX files could be dealt while they are read, because
 * headers tell their number; that was tried, and MNIST's first epoch ended no earlier than with a
 * second pass.
 *
 * <p>Rows lie in files in Spark's local folders beyond the budget. The files are deleted while they
 * are open, so they vanish with the process, however it ends.
 */
package io.syncnorm.spark.shard;
