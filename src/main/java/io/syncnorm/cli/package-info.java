/**
 * The command line: commands, options, output and exit codes.
 *
 * <p>{@link io.syncnorm.cli.Main} is the entry point. Standard output contains only results, and
 * its last line is a run's JSON; everything else goes to standard error. {@link
 * io.syncnorm.cli.ExitCode} defines the exit codes. This is the only package that may end the JVM
 * or print. Commands share the packages {@code options} and {@code process}.
 *
 * <p><b>Threads.</b> Commands run on the main thread; epochs are reported sequentially on another.
 *
 * <p><b>Imports.</b> Everything of ours; from outside picocli, progressbar and Spark's context.
 *
 * <p><b>Decisions.</b> The default command is {@code compare}. Every command that reads rows starts
 * Spark, even for few of them: there is one way to read rows, and the driver never holds them. With
 * the master {@code local[*]} a world larger than the number of cores gets the slots it needs,
 * because the star means enough; {@code local[2]} means exactly two. Results are written through
 * streams that report errors: an exit code of 0 means that the reader received the result. In
 * YARN's application master {@code main} returns, or throws the exit code, instead of ending the
 * JVM: YARN would treat that as a failure and train again.
 */
package io.syncnorm.cli;
