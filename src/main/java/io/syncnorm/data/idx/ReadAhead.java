package io.syncnorm.data.idx;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads the next element while the caller uses the last one, on a thread of its own: unpacking and
 * hashing a file take as long as counting and storing its rows.
 */
public final class ReadAhead<T> implements Iterator<T>, AutoCloseable {
  private final Iterator<T> elements;
  private final Runnable close;
  private final ExecutorService thread = Executors.newSingleThreadExecutor(ReadAhead::daemon);
  private Future<Optional<T>> next;

  /**
   * @param elements used by one thread at a time
   * @param close frees them
   */
  public ReadAhead(Iterator<T> elements, Runnable close) {
    this.elements = elements;
    this.close = close;
    this.next = thread.submit(this::read);
  }

  private static Thread daemon(Runnable run) {
    Thread thread = new Thread(run, "read-ahead");
    thread.setDaemon(true);
    return thread;
  }

  private Optional<T> read() {
    return elements.hasNext() ? Optional.of(elements.next()) : Optional.empty();
  }

  /** Throws what the elements throw. */
  @Override
  public boolean hasNext() {
    return await(next).isPresent();
  }

  @Override
  public T next() {
    T element = await(next).orElseThrow(() -> new NoSuchElementException("all has been read"));
    next = thread.submit(this::read);
    return element;
  }

  /** Returns when the elements are freed. */
  @Override
  public void close() {
    try {
      await(thread.submit(close, Optional.empty()));
    } finally {
      thread.shutdown();
    }
  }

  private static <R> R await(Future<R> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the task was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }
}
