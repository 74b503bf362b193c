/**
 * Tests of {@code submit/} and of the built jars: scripts are run as users run them, manifests are
 * parsed, and the examples are built with the jars.
 *
 * <p>Tests that need the job jar end in {@code IT} and run after packaging. Some start a real
 * standalone cluster, with its own ports and folder, and stop it in any case. Another, in {@code
 * src/yarn} and its own Maven profile because of its dependencies, starts Hadoop's YARN. Those in
 * {@code src/kubernetes} start a Kubernetes whose pods are processes. {@code FakeSpark} stands in
 * for clusters that are not available: it shows what a script passes to Spark.
 *
 * <p><b>Threads.</b> Each test runs on its own thread; only the cluster is shared.
 */
package io.syncnorm.submit;
