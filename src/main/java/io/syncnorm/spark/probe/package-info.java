/**
 * Measures a cluster for a plan: the network between two of its executors, and a step on one.
 *
 * <p>{@link io.syncnorm.spark.probe.ClusterProbe} waits for two executors, on different machines if
 * there are any, and runs a rank on each: as in a training they join at a rendezvous and connect.
 * They exchange messages over the connection that ranks train with ({@link
 * io.syncnorm.comm.LinkProbe}). Then rank 1 ends, and rank 0 measures a step ({@link
 * io.syncnorm.plan.StepMeasurement}) on the machine that would train.
 *
 * <p><b>Threads.</b> Everything is called on the driver's thread, except the reports of ranks,
 * which arrive on those of their connections.
 *
 * <p><b>Imports.</b> Of ours {@code spark} and {@code spark.ranks}, {@code plan}, {@code comm} with
 * its records, {@code config} and {@code data}; from outside spark-core.
 *
 * <p><b>Decisions.</b> The ranks are a {@link io.syncnorm.spark.ranks.RankWork} like any other, so
 * slots, deadlines, lost executors and errors are those of a training. Spark places tasks on
 * different executors as long as these have free slots; if it does not, there is no connection to
 * measure, and that is an error. The two machines are asked for by name, because executors of one
 * machine would measure its memory.
 */
package io.syncnorm.spark.probe;
