package io.syncnorm.comm;

import io.syncnorm.comm.wire.Closing;
import io.syncnorm.comm.wire.Daemon;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A proxy between one client and a listener that records what both send. */
final class RecordingProxy implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();
  private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
  private volatile Socket client;
  private volatile Socket target;

  RecordingProxy(int port) throws IOException {
    Daemon.thread(
            "proxy",
            () -> {
              try {
                client = server.accept();
                target = new Socket(InetAddress.getLoopbackAddress(), port);
                Daemon.thread("proxy-back", () -> pump(target, client, answers)).start();
                pump(client, target, recorded);
              } catch (IOException e) {
                close();
              }
            })
        .start();
  }

  int port() {
    return server.getLocalPort();
  }

  /** The bytes that the client has sent so far. */
  byte[] recording() {
    synchronized (recorded) {
      return recorded.toByteArray();
    }
  }

  /** The bytes that the listener's side has sent so far. */
  byte[] answers() {
    synchronized (answers) {
      return answers.toByteArray();
    }
  }

  private void pump(Socket from, Socket to, OutputStream copy) {
    byte[] buffer = new byte[1 << 12];
    try {
      InputStream in = from.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        synchronized (copy) {
          copy.write(buffer, 0, count);
        }
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException e) {
      // One side closed its connection, so the other is closed, too.
    }
    close();
  }

  @Override
  public void close() {
    Closing.quietly(server);
    for (Socket socket : new Socket[] {client, target}) {
      if (socket != null) {
        Closing.quietly(socket);
      }
    }
  }
}
