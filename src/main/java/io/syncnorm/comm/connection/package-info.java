/**
 * Connections between processes that know the run's secret, plain or encrypted.
 *
 * <p>{@code comm.wire} hands over a channel whose both sides have proved that they belong to the
 * attempt. {@link io.syncnorm.comm.connection.Connections} makes of it a {@link
 * io.syncnorm.comm.connection.Connection}, for exchanges between ranks, and {@link
 * io.syncnorm.comm.connection.Sockets} a socket, for reports to the driver. If the {@link
 * io.syncnorm.comm.wire.RunKey} has a {@link io.syncnorm.comm.wire.RunCertificate}, both speak TLS
 * 1.3 from here on; the side that dialled is TLS's client.
 *
 * <p><b>Threads.</b> No call on a connection waits, and one thread at a time uses it; any may close
 * it. Calls on sockets wait; one thread may read while another one writes.
 *
 * <p><b>Imports.</b> Of ours {@code comm.wire}, for the run's key; from outside the JDK's JSSE and
 * its ciphers, and the logging interface.
 *
 * <p><b>Decisions.</b> Both handshakes stay: the run's own comes first, and costs a listener two
 * hashes, so that strangers never reach TLS, whose handshake costs a listener milliseconds. The key
 * says whether a connection is encrypted, and no byte on the connection does, so nobody between the
 * two sides can talk them out of it. A certificate, because the JDK's TLS takes no shared secret;
 * one for the whole attempt, because its processes trust each other. So nobody outside the attempt
 * can read, alter, repeat or cut off what passes without notice. Someone between the processes can
 * still swap their connections; frames name their sender inside TLS, so that is an error, too.
 *
 * <p>Handshakes of all pairs are completed before ranks train, and not at the first exchange: an
 * error then says what failed, and a round of an exchange never waits for a process that is in
 * another round. One cipher leaves nothing to negotiate: AES-128-GCM, which processors have
 * instructions for and every TLS 1.3 must have. Sessions are not resumed, because a connection is
 * made once.
 *
 * <p>A process {@linkplain io.syncnorm.comm.connection.Rehearsal rehearses} the cipher while it
 * waits for others, because compiled code encrypts a long record 40 times as fast. The buffers of
 * encrypted bytes are on the heap: the JDK's AES copies those that are not, which takes longer than
 * copying once to and from the network, and has more code to compile.
 *
 * <p>Exchanges use the JDK's {@link javax.net.ssl.SSLEngine}, because the waits of ranks spin on
 * channels that do not block. Connections to the driver use its {@link javax.net.ssl.SSLSocket},
 * which has streams, timeouts, and a lock for each direction already.
 */
package io.syncnorm.comm.connection;
