/**
 * Decides on how many task slots a run's ranks train, and gets these slots from Spark.
 *
 * <p>Each slot runs a host: a task of consecutive ranks. {@link io.syncnorm.spark.slots.Hosts} says
 * how many hosts an attempt starts, and when a run should pause and continue on another number of
 * them. {@link io.syncnorm.spark.slots.Gang} is the hosts of one attempt, {@link
 * io.syncnorm.spark.slots.Spares} hold slots for hosts, and {@link
 * io.syncnorm.spark.slots.RunningHosts} knows where hosts run. How many slots there are, with and
 * without waiting, is {@link io.syncnorm.spark.TaskSlots}.
 *
 * <p><b>Threads.</b> All of it is for the driver. A gang gathers on the thread that runs the ranks,
 * and its hosts may be noted as started on another. {@link io.syncnorm.spark.slots.Hosts#change} is
 * called on a thread that watches the ranks.
 *
 * <p><b>Imports.</b> Of ours {@code spark} and {@code config}; of {@code data}, {@code comm} and
 * {@code train} only what an executor rehearses with; from outside spark-core.
 *
 * <p><b>Decisions.</b> Slots are counted before the job is submitted, because Spark itself would
 * wait ten minutes before it fails. Spark refuses a barrier stage under dynamic allocation, and one
 * whose RDDs differ in their number of partitions, as several ranks of a host do that read
 * partitions in place. There the hosts run in an ordinary stage, whose slots a {@link
 * io.syncnorm.spark.slots.Gang} counts first: {@link io.syncnorm.spark.slots.Spares} hold them in a
 * job of their own, whose tasks wait. That job's pending tasks are also what makes Spark request
 * executors, and Spark's task events say how many run, so they need no connection to the driver.
 * Gangs of an application gather one at a time until their hosts have started, so that no two hold
 * some slots each and wait for the rest.
 *
 * <p>{@link io.syncnorm.spark.slots.Growth} decides whether a run moves to another number of hosts.
 * It compares what is saved with the time that restarts take, as measured, and counts ranks of the
 * slowest host: more slots need not be faster. Nor need more hosts be, where executors share cores:
 * a run that has timed its steps on both numbers of hosts goes by these times, for ten minutes, and
 * then tries again. New executors are prepared before the pause, because fetching the jar and
 * loading classes ({@link io.syncnorm.spark.slots.TrainingRehearsal}) takes longer than a restart;
 * those that stay without ranks, too, because the next loss needs them at once.
 *
 * <p>An executor that does not respond does not end its task, and Spark still counts its slot, so
 * the next attempt would run there again. Therefore {@link io.syncnorm.spark.slots.RunningHosts}
 * records from Spark's events where each host runs, including those whose ranks never joined, and
 * replaces an executor that still runs one after all ranks were told to stop. Spark itself would do
 * so after two minutes or more.
 */
package io.syncnorm.spark.slots;
