package io.syncnorm.comm.driver;

import io.syncnorm.comm.wire.Closing;
import io.syncnorm.comm.wire.Connector;
import io.syncnorm.comm.wire.Daemon;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A rank's connection to the driver: the rank joins the run on it, sends reports, and is notified
 * when to pause or to stop.
 */
public final class DriverConnection implements AutoCloseable {
  private final SocketChannel channel;
  private final DataInputStream in;
  private final DataOutputStream out;

  /** Held while a frame is written. Fair: a failure waits for one part of a report, not for all. */
  private final ReentrantLock writing = new ReentrantLock(true);

  /** Held while a report is sent, before {@link #writing}. */
  private final Object reporting = new Object();

  private volatile boolean closed;
  private volatile boolean pauseAsked;

  @FunctionalInterface
  private interface Frame {
    void write() throws IOException;
  }

  private DriverConnection(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.in = new DataInputStream(new BufferedInputStream(channel.socket().getInputStream()));
    this.out = new DataOutputStream(new BufferedOutputStream(channel.socket().getOutputStream()));
  }

  /**
   * Connects to the rendezvous and proves that this rank belongs to the run.
   *
   * @throws IOException if the rendezvous cannot be reached or does not know the run's secret
   */
  public static DriverConnection connect(String host, int port, RunKey key, Duration timeout)
      throws IOException {
    SocketChannel channel = null;
    try {
      channel = Connector.connect(host, port, key, Deadline.in(timeout));
      return new DriverConnection(channel);
    } catch (IOException e) {
      if (channel != null) {
        Closing.quietly(channel);
      }
      throw new IOException(
          String.format(
              Locale.ROOT,
              "cannot reach the driver's rendezvous at %s:%d: %s; executors must be able to connect to the driver's address (spark.driver.host)",
              host,
              port,
              e.getMessage()),
          e);
    }
  }

  /**
   * Sends this rank's address, and waits for all other ranks. Returns the members in rank order.
   *
   * @throws IOException if the driver asks ranks to stop, with its reason, or the connection breaks
   */
  public List<Member> join(Member self, int world, Duration timeout) throws IOException {
    String reason;
    try {
      channel.socket().setSoTimeout((int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
      self.write(out);
      out.flush();
      int kind = in.read();
      if (kind == Rendezvous.MEMBERS) {
        List<Member> members = readMembers(world);
        channel.socket().setSoTimeout(0);
        return members;
      }
      if (kind != Rendezvous.STOP) {
        throw new EOFException("the driver closed the connection");
      }
      reason = in.readUTF();
    } catch (IOException e) {
      throw new IOException(
          "lost the connection to the driver while waiting for the other ranks: " + e.getMessage(),
          e);
    }
    throw new IOException(reason);
  }

  private List<Member> readMembers(int world) throws IOException {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < world; i++) {
      members.add(Member.read(in));
    }
    members.sort(Comparator.comparingInt(Member::rank));
    return List.copyOf(members);
  }

  /**
   * Calls {@code stop} with the reason when the driver asks ranks to stop or the connection breaks.
   */
  public void onStop(Consumer<String> stop) {
    Daemon.thread(
            "driver",
            () -> {
              try {
                int kind = in.read();
                while (kind == Rendezvous.PAUSE) {
                  pauseAsked = true;
                  kind = in.read();
                }
                stop.accept(
                    kind == Rendezvous.STOP ? in.readUTF() : "the driver closed the connection");
              } catch (IOException e) {
                if (!closed) {
                  stop.accept("lost the connection to the driver: " + e.getMessage());
                }
              }
            })
        .start();
  }

  /** Whether the driver has asked this rank to pause the run. */
  public boolean isPauseAsked() {
    return pauseAsked;
  }

  /**
   * Sends a report to the driver. It keeps its bytes.
   *
   * @throws IOException if the driver cannot be reached
   */
  public void report(ReportBytes report) throws IOException {
    synchronized (reporting) {
      try {
        report.forEachPart(
            MessageReader.PART_BYTES,
            (bytes, from, count) -> write(() -> put(Rendezvous.PART, bytes, from, count)));
        write(
            () -> {
              out.writeByte(Rendezvous.REPORT);
              out.flush();
            });
      } catch (IOException e) {
        throw unreachable(e);
      }
    }
  }

  /**
   * Reports to the driver why this rank cannot continue, between two parts of a report if one is
   * under way.
   *
   * @param payload at most 1 MB
   * @throws IOException if the driver cannot be reached
   */
  public void fail(byte[] payload) throws IOException {
    try {
      write(
          () -> {
            put(Rendezvous.FAILURE, payload, 0, payload.length);
            out.flush();
          });
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private void write(Frame frame) throws IOException {
    writing.lock();
    try {
      frame.write();
    } finally {
      writing.unlock();
    }
  }

  private void put(int kind, byte[] bytes, int from, int count) throws IOException {
    out.writeByte(kind);
    out.writeInt(count);
    for (int at = 0; at < count; at += Rendezvous.SLICE_BYTES) {
      out.write(bytes, from + at, Math.min(Rendezvous.SLICE_BYTES, count - at));
    }
  }

  private static IOException unreachable(IOException cause) {
    return new IOException("cannot reach the driver: " + cause.getMessage(), cause);
  }

  /**
   * Reports that this rank is done, so that the driver does not count it as lost, and closes the
   * connection. A report that is under way is sent first: a failed run resumes from it.
   */
  @Override
  public void close() {
    closed = true;
    try {
      synchronized (reporting) {
        write(
            () -> {
              out.writeByte(Rendezvous.DONE);
              out.flush();
            });
      }
    } catch (IOException e) {
      // The driver has closed its end already.
    }
    Closing.quietly(channel);
  }
}
