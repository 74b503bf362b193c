/**
 * The connections between the driver and the processes of one attempt: who takes part, what ranks
 * report, and when they are to pause or to stop. {@code Frames} draws the protocol.
 *
 * <p>The driver has a {@link io.syncnorm.comm.driver.Rendezvous}, and each process that runs ranks
 * one {@link io.syncnorm.comm.driver.DriverConnection}, on which its hosts join, with one {@link
 * io.syncnorm.comm.driver.RankConnection} for each rank. A {@link io.syncnorm.comm.driver.Member}
 * is what the others know of a host. Reports ({@link io.syncnorm.comm.driver.ReportBytes}) and
 * failures are bytes that only their sender and the driver's {@link
 * io.syncnorm.comm.driver.Rendezvous.Events} interpret.
 *
 * <p>Hosts join in any order and at different times, each with a block of ranks, and each rank
 * once. All have to join within a time that begins with the first; then the missing ranks are named
 * and the others are stopped. A rank ends by a last frame of its own, or when the connection of its
 * process breaks. Ranks that join after the others were told to stop are told the same.
 *
 * <p><b>Threads.</b> Each side of a connection reads on a thread of its own. A process has one
 * thread that writes, and the rendezvous has one for all processes, because what it sends is short.
 * So the driver has a thread for each process, not for each rank. All methods may be called on any
 * thread, also on one that is interrupted.
 *
 * <p><b>Imports.</b> Of ours {@code comm.wire} and {@code comm.connection}, for the connections,
 * and {@code comm.fold}, for the ranks of a host; from outside the logging interface.
 *
 * <p><b>Decisions.</b> What goes wrong here is an {@link java.io.IOException} whose message is
 * complete: the caller decides what it means for the world. Ranks of a process share its
 * connection, because there may be a thousand ranks on a few executors, and none of them may break
 * it for the others: an interrupt closes the connection that a thread is reading, writing or
 * opening, so ranks' threads do none of that. A report travels in parts of at most 1 MB: it may be
 * longer than an array, and the failures and reports of other ranks wait for one part of it, not
 * for all. When a connection breaks, all ranks on it are lost by the same cause, and the lowest is
 * named first.
 */
package io.syncnorm.comm.driver;
