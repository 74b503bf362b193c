package io.syncnorm.data.shard;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all stores of a JVM may use together for the rows they keep and for the buffers
 * they write with. Thread-safe.
 */
public final class Budget {
  private final long bytes;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param bytes at least 0
   */
  public Budget(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a budget must be at least 0, found bytes=" + bytes);
    }
    this.bytes = bytes;
  }

  /** The bytes that are not in use; 0 if more are in use than were granted. */
  public long free() {
    return Math.max(0, bytes - used.get());
  }

  /** Reserves memory if there is as much, and returns whether there was. */
  boolean tryReserve(long wanted) {
    long before;
    do {
      before = used.get();
      if (wanted > Math.max(0, bytes - before)) {
        return false;
      }
    } while (!used.compareAndSet(before, before + wanted));
    return true;
  }

  /** Reserves memory that is needed in any case. */
  void reserve(long needed) {
    used.addAndGet(needed);
  }

  void release(long reserved) {
    used.addAndGet(-reserved);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d of %d bytes used", used.get(), bytes);
  }
}
