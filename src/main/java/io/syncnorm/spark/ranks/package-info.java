/**
 * Runs the ranks on Spark: each builds its shard from its rows, one job trains all remaining
 * epochs, and results reach the driver while it runs.
 *
 * <p>{@link io.syncnorm.spark.ranks.RankStage} runs any {@link io.syncnorm.spark.ranks.RankWork},
 * and restarts the ranks when one is lost. A host is a task of Spark ({@link
 * io.syncnorm.spark.ranks.HostTask}): it runs consecutive ranks, each on its own thread. {@link
 * io.syncnorm.spark.slots.Hosts} decides how many hosts there are, in each attempt anew. {@link
 * io.syncnorm.spark.ranks.TrainingWork} is the work of every training: it keeps the latest report
 * of rank 0 and the best model, and starts the ranks from there. Each door defines in a {@link
 * io.syncnorm.spark.ranks.RankData} where ranks get their rows, and in a {@link
 * io.syncnorm.spark.ranks.RankOpener} how a rank builds its training from them: the command line
 * and the estimator from dealt rows ({@code spark.shard}), the training master from its RDD's
 * partitions. On which host a rank runs changes nothing in what it computes.
 *
 * <p><b>Threads.</b> {@link io.syncnorm.spark.ranks.TrainingWork#run} is called on the driver and
 * blocks. A report is decoded on the thread of its process' connection, and stored on one thread
 * for all attempts of the job, while training continues.
 *
 * <p><b>Imports.</b> Of ours {@code spark}, {@code spark.slots}, {@code train} and the leaves below
 * it except {@code data}; from outside spark-core.
 *
 * <p><b>Decisions.</b> The barrier stage only starts the hosts together; {@code barrier()} and
 * {@code allGather()} poll once a second and are never called. Where Spark refuses one, the hosts
 * run in an ordinary stage ({@link io.syncnorm.spark.slots}). Any failure in an ordinary stage
 * cancels it, and a task that Spark repeats in the meantime waits for that. Ranks of one host have
 * threads instead of taking part in one loop, because an exchange may happen anywhere in a pass,
 * also within DL4J's layers. They compute in turns ({@link io.syncnorm.comm.Membership}).
 *
 * <p>{@link io.syncnorm.spark.ranks.Encryption} decides whether ranks encrypt their connections. By
 * default they do if Spark encrypts its own: whoever asks for that does not expect the traffic of
 * one job to be readable. Plain connections are refused there even if {@code training.encrypt} asks
 * for them: the two settings contradict each other, and a wrong guess would reveal the data.
 *
 * <p>Local mode uses the same rendezvous and reports as a cluster, so that every test covers them;
 * with one process there are no connections between ranks. A rank's failure reaches the driver as
 * text on the connection of its process: Spark's message about a failed barrier stage is late and
 * long, and often comes from a rank that only noticed the failure. Only the loss of a rank is
 * retried. Other failures would happen again, and a cancelled job or one whose caller was
 * interrupted ({@link io.syncnorm.spark.Interruption}) is no longer wanted.
 *
 * <p>An executor that does not respond is replaced ({@link io.syncnorm.spark.slots.RunningHosts}).
 * Its rank is reported as the lost one, because it says little which of several waiting ranks timed
 * out first. If no executor responds, no rank is left to notice, and Spark's {@code
 * spark.network.timeout} ends the attempt. {@link io.syncnorm.spark.ranks.JobWatch} cancels jobs
 * that Spark would not end: Spark holds a barrier stage back forever when an executor is lost
 * between counting the slots and starting the tasks, and the next attempt has fewer hosts. Only
 * attempts without a new snapshot count against {@code training.max-attempts}: a cluster whose
 * machines come and go may lose one every few minutes for a week. {@link
 * io.syncnorm.spark.ranks.HostsClock} measures on the driver how long no step was done before each
 * attempt's first one, which rank 0 reports once. The work is done once the last report has
 * arrived, and a rank lost afterwards does not matter.
 *
 * <p>An attempt ends in one wait: for the ranks' last messages, because one may explain the loss
 * better or contain a newer snapshot, and for the hosts' tasks, because two attempts in an executor
 * would share its memory. It lasts while anything happens: a part of a message arrives, a report
 * has been processed, a rank or a host ends. A fixed time would be too short for a large snapshot,
 * or too long for an executor that does not respond. When a rank has timed out, a second of silence
 * is enough, because the ranks that did not answer have had a deadline already.
 *
 * <p>When slots have come back, or are about to go, {@link io.syncnorm.spark.ranks.GrowthWatch}
 * asks rank 0 to pause, and all ranks end at their next merge, where they have one model: a run
 * that stayed in its stage would need tasks that join and leave, and ranks that move with their
 * optimizers. A work that would not resume from a snapshot is not paused.
 *
 * <p>Storing never delays a report: otherwise rank 0 would wait for the disk, and the others would
 * wait for rank 0 until they time out. So the thread of a connection keeps a report in memory only,
 * and the next attempt starts from there. {@link io.syncnorm.spark.ranks.Storage} stores epochs in
 * order, and a {@link io.syncnorm.spark.ranks.Backlog} bounds the memory of those that wait. The
 * job ends when everything is stored; a failure to store ends the job, too. Loading delays no
 * rank's joining: ranks join before Spark reads or computes their rows ({@link
 * io.syncnorm.spark.HostRows}). They wait for each other's rows with a deadline of its own, and a
 * broken connection shows at once that a rank is lost.
 */
package io.syncnorm.spark.ranks;
