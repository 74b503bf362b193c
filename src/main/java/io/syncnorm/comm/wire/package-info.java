/**
 * Connections between processes that prove to each other that they belong to one attempt of a run.
 *
 * <p>A {@link io.syncnorm.comm.wire.Listener} accepts them and a {@link
 * io.syncnorm.comm.wire.Connector} makes them. Both know the attempt's {@link
 * io.syncnorm.comm.wire.RunKey}, and no byte of a connection is interpreted before its other side
 * has proved that it knows the key, too ({@code Handshake}). Nothing here knows what a connection
 * is used for.
 *
 * <p><b>Threads.</b> A listener accepts on a thread of its own, and performs each handshake on
 * another. All other calls block the caller.
 *
 * <p><b>Imports.</b> Only the JDK and the logging interface.
 *
 * <p><b>Decisions.</b> A listener that is flooded by unauthenticated connections closes the one
 * whose handshake has taken longest, not the newest: a member's handshake takes a millisecond, so
 * it is rarely the longest, and the member connects again if it was. When the newest was rejected,
 * 64 silent connections could keep a rank out. TCP keepalive probes every connection: one whose
 * other machine has failed breaks within a minute, even if nothing is sent.
 */
package io.syncnorm.comm.wire;
