package io.syncnorm.comm.driver;

import io.syncnorm.comm.wire.Daemon;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * Writes frames one at a time, in the order in which they come, on a thread of its own that nobody
 * interrupts. A rank that sends a long report has one part of it in line, so that the other ranks
 * of its process wait for one part of it and not for all.
 */
final class Sender implements AutoCloseable {
  private final ExecutorService thread;

  /**
   * @param role in the thread's name
   */
  Sender(String role) {
    this.thread = Executors.newSingleThreadExecutor(task -> Daemon.thread(role, task));
  }

  /**
   * Writes a frame. Returns when it is written, or the connection is broken: an interrupt does not
   * end the wait, so that it does not cut a report short, and is restored.
   *
   * @throws IOException if the connection is broken
   */
  void send(DataOutputStream out, Frames.Frame frame) throws IOException {
    boolean wasInterrupted = false;
    try {
      Future<?> sent = begin(out, frame);
      while (true) {
        try {
          sent.get();
          return;
        } catch (InterruptedException e) {
          wasInterrupted = true;
        } catch (ExecutionException e) {
          throw new IOException(e.getCause().getMessage(), e.getCause());
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Future<?> begin(DataOutputStream out, Frames.Frame frame) throws IOException {
    try {
      return thread.submit(
          () -> {
            frame.writeTo(out);
            out.flush();
            return null;
          });
    } catch (RejectedExecutionException e) {
      throw new IOException("the connection is closed", e);
    }
  }

  /** Ends the thread when it has written the frames in line. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
