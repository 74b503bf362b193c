package io.syncnorm.comm;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * Comes to listeners without belonging to the run: with garbage, with nothing, byte by byte, with
 * claims of huge frames, and with what somebody who does belong has said before. Belongs to one
 * thread.
 */
public final class Strangers implements AutoCloseable {
  /** Kept open at once: more than a listener could give a thread each. */
  private static final int HELD = 500;

  private static final int CONNECT_MILLIS = 2000;
  private static final int MAX_GARBAGE = 400;
  private static final byte[] MAGIC = "SyncNrm1".getBytes(StandardCharsets.US_ASCII);

  private final SplittableRandom random;
  private final byte[] recording;
  private final Deque<Socket> held = new ArrayDeque<>();
  private int met;
  private int refused;

  /**
   * @param recording what a member of the run has said from the moment it was connected
   */
  public Strangers(long seed, byte[] recording) {
    this.random = new SplittableRandom(seed);
    this.recording = recording.clone();
  }

  /** One bad connection, or an attempt at one where nobody listens any more. */
  public void come(InetSocketAddress to) {
    Socket socket = new Socket();
    try {
      socket.connect(to, CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      met++;
      hold(socket);
      socket.getOutputStream().write(words());
      dribble();
    } catch (IOException e) { // nobody listens, or we were turned away while we spoke
      if (!socket.isConnected()) {
        refused++;
      }
    }
  }

  /** How many there have been. */
  public int count() {
    return met + refused;
  }

  /** How many found somebody who listened. */
  public int met() {
    return met;
  }

  @Override
  public void close() {
    held.forEach(Listener::closeQuietly);
    held.clear();
  }

  private byte[] words() {
    return switch (count() % 5) {
      case 0 -> bytes(random.nextInt(1, MAX_GARBAGE)); // garbage
      case 1 -> new byte[0]; // half-open
      case 2 -> new byte[] {MAGIC[0]}; // slow: the rest comes byte by byte
      case 3 -> oversized();
      default -> recording;
    };
  }

  /** A proof that is none, then frames as ranks and the driver send them, of two gigabytes. */
  private byte[] oversized() {
    return ByteBuffer.allocate(MAGIC.length + 64 + 2 * Integer.BYTES)
        .put(MAGIC)
        .put(bytes(64))
        .putInt(Rendezvous.REPORT)
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
      Listener.closeQuietly(held.removeFirst());
    }
  }

  /** The one that has waited longest says one byte more. */
  private void dribble() throws IOException {
    Socket slow = held.removeFirst();
    held.addLast(slow);
    slow.getOutputStream().write(random.nextInt());
  }
}
