/**
 * Connections between processes that prove to each other that they belong to one attempt of a run.
 *
 * <p>A {@link io.syncnorm.comm.wire.Listener} accepts them and a {@link
 * io.syncnorm.comm.wire.Connector} makes them, many at once. Both know the attempt's {@link
 * io.syncnorm.comm.wire.RunKey}, and no byte of a connection is interpreted before its other side
 * has proved that it knows the key, too ({@code Handshake}). Then it is the caller's: a channel
 * that blocks, of which not one byte more has been read. Nothing here knows what a connection is
 * used for.
 *
 * <pre>
 *                  decides, over bytes and times    moves bytes and waits
 * handshake        Handshake                        Opening
 * listening        Admission                        Listener
 * connecting       Redial, Backoff                  Dialler
 * </pre>
 *
 * <p>What decides has no sockets and no clock, so it is tested with simulated ones, for worlds
 * larger than a machine.
 *
 * <p>A key may have a {@link io.syncnorm.comm.wire.RunCertificate}: then the processes speak TLS
 * once they have proved that they know the secret ({@code comm.connection}).
 *
 * <p><b>Threads.</b> A listener accepts and performs all handshakes on one thread of its own, and
 * passes members on to at most 16 more, which end when they have nothing to do. All other calls
 * block the caller, who makes several connections at once on its own thread.
 *
 * <p><b>Imports.</b> Only the JDK, with its JSSE, and the logging interface.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>An unauthenticated connection costs some hundred bytes and no thread, so there is room for
 *       1,024 of them: a world that connects all at once. When each handshake had a thread, and 64
 *       ran at once, ranks of a large world crowded each other out.
 *   <li>A listener that is flooded by unauthenticated connections closes the one whose handshake
 *       has taken longest, not the newest: a member's takes two round trips, so it is rarely the
 *       longest, and the member connects again if it was. When the newest was rejected, silent
 *       connections could keep a rank out.
 *   <li>Attempts are repeated after random pauses, so that ranks that were turned away together do
 *       not return together. Refusals are repeated for a second only: a process gives its port to
 *       others while it listens there, so one that refuses has ended, and all ranks are waiting to
 *       hear that.
 *   <li>TCP keepalive probes every connection: one whose other machine has failed breaks within a
 *       minute, even if nothing is sent.
 *   <li>The JDK has no public class that makes a certificate, and Netty's, which Spark brings,
 *       writes the private key to a file: {@code Der} writes the few values that one consists of.
 * </ul>
 */
package io.syncnorm.comm.wire;
