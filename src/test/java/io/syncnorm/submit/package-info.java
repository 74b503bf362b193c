/**
 * What {@code submit/} and the built jars hold, tried as users do: scripts by running them,
 * manifests by reading them, jars by building the examples on them.
 *
 * <p>Tests that need the job jar end in {@code IT} and run after packaging. Some start a real
 * standalone cluster, on ports and in a folder of its own, and take it down whatever happens.
 * Another, in {@code src/yarn} and a Maven profile of its own because of what it needs, starts
 * Hadoop's YARN. {@code FakeSpark} stands in for clusters that cannot be had here: it shows what a
 * script hands to Spark.
 *
 * <p><b>Threads.</b> Each test runs on its own thread; no state is shared but the cluster.
 */
package io.syncnorm.submit;
