/**
 * The connections between the driver and the ranks of one attempt: who takes part, what ranks
 * report, and when they are to pause or to stop.
 *
 * <p>The driver has a {@link io.syncnorm.comm.driver.Rendezvous}, which draws the protocol, and
 * each rank a {@link io.syncnorm.comm.driver.DriverConnection}. A {@link
 * io.syncnorm.comm.driver.Member} is what the others know of a rank. Reports ({@link
 * io.syncnorm.comm.driver.ReportBytes}) and failures are bytes that only their sender and the
 * driver's {@link io.syncnorm.comm.driver.Rendezvous.Events} interpret.
 *
 * <p><b>Threads.</b> The rendezvous reads each rank's messages on a thread of its own. Its methods
 * may be called on any thread, as may those of a connection once it has joined.
 *
 * <p><b>Imports.</b> Of ours {@code comm.wire}, for the connections, and {@code comm.fold}, for the
 * ranks of a host; from outside the logging interface.
 *
 * <p><b>Decisions.</b> What goes wrong here is an {@link java.io.IOException} whose message is
 * complete: the caller decides what it means for the world. A report travels in parts of at most 1
 * MB: it may be longer than an array, and a rank's failure need not wait for the rest of it.
 */
package io.syncnorm.comm.driver;
