/**
 * The process of a command: starting Spark, its standard output, tables for its terminal, and
 * ending a run cleanly on a signal or at its time limit.
 *
 * <p><b>Threads.</b> A {@link io.syncnorm.cli.process.RunStop} watches the time on a separate
 * thread and handles signals in a shutdown hook.
 *
 * <p><b>Imports.</b> Of ours {@code config}, {@code files} and {@code spark}; from outside Spark's
 * configuration and context. This is the only package besides {@code files} that calls Hadoop: for
 * its shutdown hooks, because Spark's own are among them and ours must run first, and for the user
 * name.
 */
package io.syncnorm.cli.process;
