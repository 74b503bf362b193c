/**
 * The commands: what users type, and what they and their schedulers get back.
 *
 * <p>{@link io.syncnorm.cli.Main} is the entry point. Standard output carries results alone, its
 * last line a run's JSON; all else goes to standard error. {@link io.syncnorm.cli.ExitCode} says
 * what each exit code means. This is the only package that may end the JVM or print. What commands
 * share are their {@code options}, and the {@code process} they run in.
 *
 * <p><b>Threads.</b> Commands run on the main thread; epochs are told on another, one after the
 * other.
 *
 * <p><b>Imports.</b> Everything of ours; from outside picocli, progressbar and Spark's context.
 *
 * <p><b>Decisions.</b> Without a command, {@code compare} runs. {@code evaluate} and {@code
 * predict} need no Spark context and start none: they answer in two seconds. With the master {@code
 * local[*]} a world larger than the cores gets the slots it needs, because a star asks for enough;
 * {@code local[2]} asks for two and is held to it. Results are written through streams that tell
 * when they fail: an exit code of 0 means that its reader got the result. In YARN's application
 * master {@code main} returns, or throws the exit code, instead of ending the JVM: YARN would take
 * that for a failure and train again.
 */
package io.syncnorm.cli;
