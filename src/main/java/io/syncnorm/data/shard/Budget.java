package io.syncnorm.data.shard;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that stores may use together for rows: blocks in memory, windows that are read from
 * disk, and the buffers of loading. A process has one budget and each of its ranks a share of it.
 * What a rank needs at least it reserves even if the budget is used up. Thread-safe.
 */
public final class Budget {
  private final long bytes;
  private final Optional<Budget> whole;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param bytes at least 0
   */
  public Budget(long bytes) {
    this(bytes, Optional.empty());
  }

  private Budget(long bytes, Optional<Budget> whole) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a budget must be at least 0, found bytes=" + bytes);
    }
    this.bytes = bytes;
    this.whole = whole;
  }

  /** One of several equal shares of this budget. What is reserved in it is reserved here, too. */
  public Budget share(int shares) {
    return new Budget(bytes / shares, Optional.of(this));
  }

  /** The bytes that are not in use; 0 if more are in use than were granted. */
  public long free() {
    long free = Math.max(0, bytes - used.get());
    return whole.isPresent() ? Math.min(free, whole.get().free()) : free;
  }

  /** The bytes that are in use. */
  long used() {
    return used.get();
  }

  /** Reserves memory if there is as much, and returns whether there was. */
  public boolean tryReserve(long wanted) {
    long before;
    do {
      before = used.get();
      if (wanted > Math.max(0, bytes - before)) {
        return false;
      }
    } while (!used.compareAndSet(before, before + wanted));
    if (whole.isPresent() && !whole.get().tryReserve(wanted)) {
      used.addAndGet(-wanted);
      return false;
    }
    return true;
  }

  /** Reserves memory that is needed in any case. */
  void reserve(long needed) {
    used.addAndGet(needed);
    whole.ifPresent(budget -> budget.reserve(needed));
  }

  /** Gives back what was reserved. */
  public void release(long reserved) {
    used.addAndGet(-reserved);
    whole.ifPresent(budget -> budget.release(reserved));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d of %d bytes used", used.get(), bytes);
  }
}
