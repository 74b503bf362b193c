/**
 * Options that several commands share, and how their words are read.
 *
 * <p>Each class is a mixin of picocli's or a converter. What cannot be is refused here, with the
 * option's name, before Spark starts.
 *
 * <p><b>Threads.</b> Options are filled in and read by the main thread.
 *
 * <p><b>Imports.</b> Everything of ours but the commands; from outside picocli, and Spark's context
 * to ask for slots.
 */
package io.syncnorm.cli.options;
