package io.syncnorm.comm.connection;

import io.syncnorm.Lifeline;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunCertificate;
import io.syncnorm.comm.wire.RunKey;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * Measures the processor time of encrypting and decrypting a record in a new JVM, by the number of
 * records so far, with and without a {@link Rehearsal}.
 *
 * <pre>
 * java -cp ... io.syncnorm.comm.connection.RecordBenchmark (cold | rehearsed) [bytes [records]]
 * </pre>
 *
 * <p>With {@code -Xbatch} the figures do not depend on how soon the compiler gets a core.
 */
public final class RecordBenchmark {
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final int ROOM = 1 << 15;
  private static final int FIRST = 100;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private RecordBenchmark() {}

  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    int bytes = args.length > 1 ? Integer.parseInt(args[1]) : 1 << 10;
    int records = args.length > 2 ? Integer.parseInt(args[2]) : 12_800;
    if (args[0].equals("rehearsed")) {
      System.out.printf(Locale.ROOT, "rehearsed %d records%n", Rehearsal.pass(10_000, within()));
    }
    RunCertificate own = RunKey.encrypted().certificate().orElseThrow();
    SSLEngine client = Connections.engine(own, true);
    SSLEngine server = Connections.engine(own, false);
    ByteBuffer toServer = ByteBuffer.allocate(ROOM);
    ByteBuffer toClient = ByteBuffer.allocate(ROOM);
    while (isShaking(client) || isShaking(server) || toClient.position() > 0) {
      shake(client, toClient, toServer);
      shake(server, toServer, toClient);
    }
    ByteBuffer message = ByteBuffer.allocateDirect(bytes);
    ByteBuffer found = ByteBuffer.allocateDirect(ROOM);
    long start = THREADS.getCurrentThreadCpuTime();
    for (int record = 1, last = 0, next = FIRST; record <= records; record++) {
      client.wrap(message.clear(), toServer);
      server.unwrap(toServer.flip(), found.clear());
      toServer.compact();
      if (record == next) {
        long now = THREADS.getCurrentThreadCpuTime();
        System.out.printf(
            Locale.ROOT,
            "record of %d bytes, %6d to %6d: %6.1f us%n",
            bytes,
            last + 1,
            record,
            1e-3 * (now - start) / (record - last));
        start = now;
        last = record;
        next = 2 * record;
      }
    }
    System.exit(0);
  }

  private static Deadline within() {
    return Deadline.in(PATIENT);
  }

  private static boolean isShaking(SSLEngine engine) {
    return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
  }

  /** The next step of an engine's handshake, or of reading what follows it. */
  private static void shake(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws Exception {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> engine.getDelegatedTask().run();
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
      default -> {
        engine.unwrap(in.flip(), ByteBuffer.allocate(ROOM));
        in.compact();
      }
    }
  }
}
