package io.syncnorm.comm.wire;

import java.util.concurrent.atomic.AtomicInteger;

/** Threads that do not keep a process alive. */
public final class Daemon {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Daemon() {}

  /** A thread that has yet to be started, named {@code syncnorm-role-number}. */
  public static Thread thread(String role, Runnable task) {
    Thread thread = new Thread(task, "syncnorm-" + role + "-" + COUNT.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
