package io.syncnorm.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * States of a model that wait to be stored, one for each epoch, in order. They take so much memory
 * and no more, however slow the storage is: then the oldest are left out, and a later one stands
 * for them. The newest is never left out. May be used by any thread.
 *
 * @param <T> such a state
 */
public final class Backlog<T> {
  /** For models of 100,000 parameters some fifty epochs. */
  private static final long MAX_BYTES = 1 << 26;

  private final Deque<Due<T>> waiting = new ArrayDeque<>();
  private long bytes;

  /**
   * A state that is to be stored next.
   *
   * @param epochs how many have ended since the state before, its own the last of them
   * @param bytes of memory
   */
  public record Due<T>(T state, int epochs, long bytes) {}

  /** Adds the state after one more epoch. */
  public synchronized void add(T state, long stateBytes) {
    int epochs = 1;
    bytes += stateBytes;
    while (bytes > MAX_BYTES && !waiting.isEmpty()) {
      Due<T> oldest = waiting.removeFirst();
      bytes -= oldest.bytes();
      if (waiting.isEmpty()) {
        epochs += oldest.epochs();
      } else {
        Due<T> next = waiting.removeFirst();
        waiting.addFirst(new Due<>(next.state(), oldest.epochs() + next.epochs(), next.bytes()));
      }
    }
    waiting.addLast(new Due<>(state, epochs, stateBytes));
  }

  /** Removes the oldest; empty if there is nothing to store. */
  public synchronized Optional<Due<T>> poll() {
    Optional<Due<T>> oldest = Optional.ofNullable(waiting.pollFirst());
    oldest.ifPresent(due -> bytes -= due.bytes());
    return oldest;
  }
}
