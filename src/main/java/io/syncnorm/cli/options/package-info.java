/**
 * Options shared by several commands, converters for their values, and what is said of wrong ones.
 *
 * <p>Each class is a picocli mixin or a converter. Invalid values are rejected here, with the
 * option's name, before Spark starts.
 *
 * <p><b>Threads.</b> Options are filled in and read by the main thread.
 *
 * <p><b>Imports.</b> Everything of ours except the commands; from outside picocli, and Spark's
 * context to wait for slots.
 */
package io.syncnorm.cli.options;
