/**
 * What all our work on Spark needs: jobs that return nothing through Spark, their cancellation,
 * packets and broadcasts, the rows of ranks on any number of hosts ({@link
 * io.syncnorm.spark.RankRows}), and the count of task slots.
 *
 * <p><b>Threads.</b> Everything runs on the driver's calling thread, except what is in a task.
 *
 * <p><b>Imports.</b> Of ours {@code version}, which has what differs between the versions of Spark;
 * from outside spark-core, spark-sql for {@link io.syncnorm.spark.SqlSession}, one annotation of
 * Spark's Kryo, and Jackson for what Kubernetes says of pods. {@link io.syncnorm.spark.Internals}
 * alone calls what Spark's scheduler keeps private, and {@link io.syncnorm.spark.SparkMessages}
 * alone knows the words of Spark's messages: each has a test, which every build runs with its
 * version of Spark.
 *
 * <p><b>Serialization.</b> Only numbers, strings and {@link io.syncnorm.spark.Packet}s pass through
 * {@code spark.serializer}, which the user chooses: rows that are shuffled or cached are packets,
 * and so are all broadcasts ({@link io.syncnorm.spark.Sent}). Kryo, too, writes a packet by Java
 * serialization, so no other class of ours needs to support Kryo or to be registered with it.
 * Pieces of shards are shuffled by Java serialization whatever the user chose ({@link
 * io.syncnorm.spark.BarrierPartitions#shuffled}). Programs and their lambdas are part of closures,
 * which Spark always writes by Java serialization.
 *
 * <p><b>Decisions.</b> Settings that Spark itself would reject are rejected before any wait. The
 * world {@code auto} has as many ranks as Spark was asked for task slots, so that a late executor
 * does not change the model.
 */
package io.syncnorm.spark;
