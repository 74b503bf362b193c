package io.syncnorm.comm.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * Connects to listeners without knowing the run's secret. The connections send garbage, nothing,
 * single bytes, claims of huge frames, or a recording of a member's bytes, whole or torn. Not
 * thread-safe.
 */
public final class UnauthenticatedClients implements AutoCloseable {
  /** Connections kept open: more than a listener has room for. */
  private static final int HELD = Listener.MAX_HANDSHAKES + 200;

  private static final int CONNECT_MILLIS = 2000;
  private static final int MAX_GARBAGE = 400;
  private static final int HELLO_BYTES = 40;
  private static final byte[] MAGIC = "SyncNrm1".getBytes(StandardCharsets.US_ASCII);

  private final SplittableRandom random;
  private final byte[] recording;
  private final Deque<Socket> held = new ArrayDeque<>();
  private int accepted;
  private int refused;

  /**
   * @param recording the bytes that a member of the run has sent on its connection
   */
  public UnauthenticatedClients(long seed, byte[] recording) {
    this.random = new SplittableRandom(seed);
    this.recording = recording.clone();
  }

  /** Makes one connection, or attempts one if the port is closed. */
  public void connect(InetSocketAddress to) {
    Socket socket = new Socket();
    try {
      socket.connect(to, CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      accepted++;
      hold(socket);
      socket.getOutputStream().write(message());
      dribble();
    } catch (IOException e) { // the port is closed, or the connection was rejected while sending
      if (!socket.isConnected()) {
        refused++;
      }
    }
  }

  /** Number of attempts. */
  public int count() {
    return accepted + refused;
  }

  /** Number of connections that were accepted. */
  public int accepted() {
    return accepted;
  }

  @Override
  public void close() {
    held.forEach(Closing::quietly);
    held.clear();
  }

  private byte[] message() {
    return switch (count() % 6) {
      case 0 -> bytes(random.nextInt(1, MAX_GARBAGE)); // garbage
      case 1 -> new byte[0]; // half-open
      case 2 -> new byte[] {MAGIC[0]}; // slow: the rest is sent byte by byte
      case 3 -> oversized();
      case 4 -> Arrays.copyOf(recording, HELLO_BYTES); // torn after the listener's answer
      default -> recording;
    };
  }

  /** An invalid proof, then a frame that claims two gigabytes. */
  private byte[] oversized() {
    return ByteBuffer.allocate(MAGIC.length + 64 + 2 * Integer.BYTES)
        .put(MAGIC)
        .put(bytes(64))
        .putInt(1) // a report
        .putInt(Integer.MAX_VALUE)
        .array();
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private void hold(Socket socket) {
    held.addLast(socket);
    if (held.size() > HELD) {
      Closing.quietly(held.removeFirst());
    }
  }

  /** Sends one more byte on the connection that has waited longest. */
  private void dribble() throws IOException {
    Socket slow = held.removeFirst();
    held.addLast(slow);
    slow.getOutputStream().write(random.nextInt());
  }
}
