package io.syncnorm.spark;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * Stores what ranks have reported, on one thread of the driver for all attempts of a job: neither a
 * rank nor its line waits for a slow disk.
 */
final class Storage implements AutoCloseable {
  private static final long GRACE_MILLIS = 300;

  private final Runnable store;
  private final Thread thread;
  private Consumer<Throwable> failureListener = failure -> {};
  private Throwable failure;
  private boolean due;
  private boolean closed;
  private boolean told;

  /**
   * @param store stores all that was reported and is not stored yet
   */
  Storage(Runnable store) {
    this.store = store;
    this.thread = new Thread(this::storeWhatIsDue, "syncnorm-storage");
    thread.setDaemon(true);
    thread.start();
  }

  /** There is something to store. */
  synchronized void reported() {
    due = true;
    notifyAll();
  }

  /** Whose ranks are to stop when storing fails; at once, if it has failed already. */
  void stops(Consumer<Throwable> listener) {
    Throwable known;
    synchronized (this) {
      failureListener = listener;
      known = failure;
    }
    if (known != null) {
      listener.accept(known);
    }
  }

  synchronized boolean hasFailed() {
    return failure != null;
  }

  /** Throws what storing threw, if it failed. */
  void throwFailure() {
    Throwable thrown;
    synchronized (this) {
      thrown = failure;
      told |= thrown != null;
    }
    rethrow(thrown);
  }

  /**
   * Waits until all is stored, however long that takes: what stores must have deadlines of its own.
   * Throws what storing threw, unless {@link #throwFailure} has.
   *
   * @throws CancellationException if this thread is interrupted: what stores is interrupted, too
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      endNow();
      CancellationException cancelled = Interruption.cancellation(e);
      untold().ifPresent(cancelled::addSuppressed);
      throw cancelled;
    }
    rethrow(untold().orElse(null));
  }

  private synchronized Optional<Throwable> untold() {
    return told ? Optional.empty() : Optional.ofNullable(failure);
  }

  /** Others may write there next: what can end in time does. */
  private void endNow() {
    thread.interrupt();
    try {
      thread.join(GRACE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void storeWhatIsDue() {
    try {
      while (awaitDue()) {
        store.run();
      }
    } catch (Throwable e) { // errors too: without this thread nothing would be kept any more
      Consumer<Throwable> listener;
      synchronized (this) {
        failure = e;
        listener = failureListener;
      }
      listener.accept(e);
    }
  }

  /** Returns false when there is nothing more to store, and never will be. */
  private synchronized boolean awaitDue() throws InterruptedException {
    while (!due && !closed) {
      wait();
    }
    boolean isDue = due;
    due = false;
    return isDue;
  }

  static void rethrow(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (thrown != null) {
      throw new IllegalStateException(thrown.getMessage(), thrown);
    }
  }
}
