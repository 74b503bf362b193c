package io.syncnorm.comm;

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
import java.util.function.Consumer;

/** A rank's line to the driver: it joins the run there, reports, and hears when to stop. */
public final class DriverLine implements AutoCloseable {
  private final SocketChannel channel;
  private final DataInputStream in;
  private final DataOutputStream out;
  private volatile boolean closed;

  private DriverLine(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.in = new DataInputStream(new BufferedInputStream(channel.socket().getInputStream()));
    this.out = new DataOutputStream(new BufferedOutputStream(channel.socket().getOutputStream()));
  }

  /** Connects to the rendezvous and proves to belong to the run. */
  static DriverLine connect(String host, int port, RunKey key, Duration timeout) {
    SocketChannel channel = null;
    try {
      channel = Dialing.connect(host, port, key, Deadline.in(timeout));
      return new DriverLine(channel);
    } catch (IOException e) {
      if (channel != null) {
        Listener.closeQuietly(channel);
      }
      throw new PeerException(
          String.format(
              Locale.ROOT,
              "cannot reach the driver's rendezvous at %s:%d: %s; executors must be able to connect to the driver's address (spark.driver.host)",
              host,
              port,
              e.getMessage()),
          e);
    }
  }

  /** Says where this rank lives, and waits for all others. Returns them in rank order. */
  List<Member> join(Member self, int world, Duration timeout) {
    try {
      channel.socket().setSoTimeout((int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
      self.write(out);
      out.flush();
      int kind = in.read();
      if (kind == Rendezvous.STOP) {
        throw new PeerException(in.readUTF());
      }
      if (kind != Rendezvous.MEMBERS) {
        throw new EOFException("the driver closed the connection");
      }
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < world; i++) {
        members.add(Member.read(in));
      }
      members.sort(Comparator.comparingInt(Member::rank));
      channel.socket().setSoTimeout(0);
      return List.copyOf(members);
    } catch (IOException e) {
      throw new PeerException("the rendezvous broke off: " + e.getMessage(), e);
    }
  }

  /** Calls {@code stop} with the reason when the driver says so, or its line breaks. */
  void onStop(Consumer<String> stop) {
    Listener.daemon(
            "driver",
            () -> {
              try {
                int kind = in.read();
                stop.accept(kind == Rendezvous.STOP ? in.readUTF() : "the driver is gone");
              } catch (IOException e) {
                if (!closed) {
                  stop.accept("the driver is gone: " + e.getMessage());
                }
              }
            })
        .start();
  }

  /** Sends a report to the driver. */
  public void report(byte[] payload) {
    send(Rendezvous.REPORT, payload);
  }

  /** Tells the driver why this rank cannot go on; it may be that it cannot be told. */
  public void fail(byte[] payload) {
    send(Rendezvous.FAILURE, payload);
  }

  private void send(int kind, byte[] payload) {
    try {
      synchronized (out) {
        out.writeByte(kind);
        out.writeInt(payload.length);
        out.write(payload);
        out.flush();
      }
    } catch (IOException e) {
      throw new PeerException("the driver cannot be told: " + e.getMessage(), e);
    }
  }

  /** Says goodbye and hangs up: the driver will not miss this rank. */
  @Override
  public void close() {
    closed = true;
    try {
      synchronized (out) {
        out.writeByte(Rendezvous.DONE);
        out.flush();
      }
    } catch (IOException e) {
      // Whoever is not there any more needs no goodbye.
    }
    Listener.closeQuietly(channel);
  }
}
