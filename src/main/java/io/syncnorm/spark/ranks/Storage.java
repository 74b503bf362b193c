package io.syncnorm.spark.ranks;

import io.syncnorm.spark.Interruption;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * Stores the ranks' reports on one thread of the driver for all attempts of a job, so that neither
 * a rank nor its connection waits for a slow disk.
 */
final class Storage implements AutoCloseable {
  private static final long GRACE_MILLIS = 300;

  private final Runnable store;
  private final Thread thread;
  private Consumer<Throwable> failureListener = failure -> {};
  private Throwable failure;
  private boolean due;
  private boolean closed;
  private boolean isReported;

  /**
   * @param store stores all reports that are not stored yet
   */
  Storage(Runnable store) {
    this.store = store;
    this.thread = new Thread(this::storeReports, "syncnorm-storage");
    thread.setDaemon(true);
    thread.start();
  }

  /** Notes that there is something to store. */
  synchronized void reported() {
    due = true;
    notifyAll();
  }

  /** Sets the listener that is called when storing fails, at once if it has failed already. */
  void onFailure(Consumer<Throwable> listener) {
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

  /** Throws the failure of storing, if there is one. */
  void throwFailure() {
    Throwable thrown;
    synchronized (this) {
      thrown = failure;
      isReported |= thrown != null;
    }
    rethrow(thrown);
  }

  /**
   * Waits until everything is stored, without a limit: the storing code must have deadlines of its
   * own. Throws the failure of storing, unless {@link #throwFailure} has.
   *
   * @throws CancellationException if this thread is interrupted; the storing thread is interrupted,
   *     too
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
      unreported().ifPresent(cancelled::addSuppressed);
      throw cancelled;
    }
    rethrow(unreported().orElse(null));
  }

  private synchronized Optional<Throwable> unreported() {
    return isReported ? Optional.empty() : Optional.ofNullable(failure);
  }

  /**
   * Interrupts storing and gives it a short time to end, since the next run may write to the same
   * place.
   */
  private void endNow() {
    thread.interrupt();
    try {
      thread.join(GRACE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void storeReports() {
    try {
      while (awaitDue()) {
        store.run();
      }
    } catch (Throwable e) { // errors too: without this thread nothing more would be stored
      Consumer<Throwable> listener;
      synchronized (this) {
        failure = e;
        listener = failureListener;
      }
      listener.accept(e);
    }
  }

  /** Waits for something to store. Returns false when everything is stored and this is closed. */
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
