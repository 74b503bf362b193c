package io.syncnorm.comm.wire;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides which unauthenticated connections stay: so many, each for so long. One more replaces the
 * oldest.
 *
 * <p>A member needs two round trips, and then it is no longer one of them. To crowd it out, others
 * have to connect as many times as there are places in that time, and then it connects again. If
 * the newest were turned away, silent connections could hold all places.
 *
 * @param <C> a connection
 */
final class Admission<C> {
  private final int capacity;
  private final long timeoutNanos;

  /** By the time at which it has to be authenticated; the oldest is first. */
  private final Timers<C> pending = new Timers<>();

  /**
   * @param capacity the most connections, at least 1
   * @param timeout how long each may take
   */
  Admission(int capacity, Duration timeout) {
    this.capacity = capacity;
    this.timeoutNanos = timeout.toNanos();
  }

  /**
   * Admits a connection.
   *
   * @return the one that it replaces, which is to be closed
   */
  Optional<C> admit(C connection, long now) {
    Optional<C> oldest = pending.size() < capacity ? Optional.empty() : pending.pollFirst();
    pending.set(connection, now + timeoutNanos);
    return oldest;
  }

  /** A connection has been authenticated, or has failed. */
  void remove(C connection) {
    pending.cancel(connection);
  }

  /** Takes out one whose time is up, which is to be closed. */
  Optional<C> expired(long now) {
    return pending.poll(now);
  }

  /** Takes out any. */
  Optional<C> poll() {
    return pending.pollFirst();
  }

  /** Nanoseconds until the next one's time is up, from 0 to {@code most}. */
  long nanosLeft(long now, long most) {
    return pending.nanosLeft(now, most);
  }
}
