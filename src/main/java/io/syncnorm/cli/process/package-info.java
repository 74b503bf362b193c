/**
 * What a command's process has around it: Spark as this job wants it, and what ends a run in order
 * when its time is up or the process is told to stop.
 *
 * <p><b>Threads.</b> A {@link io.syncnorm.cli.process.RunStop} watches the time on a thread of its
 * own, and waits for signals in one of the JVM's hooks.
 *
 * <p><b>Imports.</b> Of ours {@code config} and {@code spark}; from outside Spark's configuration
 * and context. This is the only room beside {@code files} that calls Hadoop: for its shutdown
 * hooks, because Spark's own are among them and ours must run before, and for the name of the user.
 */
package io.syncnorm.cli.process;
