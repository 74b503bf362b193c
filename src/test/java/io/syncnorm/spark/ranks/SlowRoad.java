package io.syncnorm.spark.ranks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A connection to a listener that passes on a few bytes at a time once it is slow. */
final class SlowRoad implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final int to;
  private volatile int millis;

  SlowRoad(int to) throws IOException {
    this.to = to;
    start(this::connect);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Takes so long for each {@code 2^16} bytes from now on. */
  void slowDown(int nextMillis) {
    millis = nextMillis;
  }

  private void connect() {
    try (Socket from = server.accept();
        Socket target = new Socket(InetAddress.getLoopbackAddress(), to)) {
      Thread back = start(() -> pass(target, from));
      pass(from, target);
      back.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass(Socket from, Socket target) {
    byte[] some = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = target.getOutputStream();
      for (int count = in.read(some); count >= 0; count = in.read(some)) {
        Thread.sleep((long) millis * count / some.length);
        out.write(some, 0, count);
      }
      target.shutdownOutput();
    } catch (IOException e) {
      // One side has closed the connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread start(Runnable run) {
    Thread thread = new Thread(run, "slow-road");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
