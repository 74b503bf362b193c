package io.syncnorm.spark.ranks;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * States of a model that wait to be stored, in order. Their size is bounded: if storage is too
 * slow, the oldest states are dropped and the next one covers their epochs. The newest is never
 * dropped. May be used by any thread.
 *
 * @param <T> a state
 */
public final class Backlog<T> {
  /** About fifty epochs of a model with 100,000 parameters. */
  private static final long MAX_BYTES = 1 << 26;

  private final Consumer<T> dropped;
  private final Deque<Due<T>> waiting = new ArrayDeque<>();
  private long bytes;

  /**
   * The state to store next.
   *
   * @param epochs number of epochs that ended since the previous state
   * @param bytes memory or disk space of the state
   */
  public record Due<T>(T state, int epochs, long bytes) {}

  /**
   * @param dropped frees a state that is dropped
   */
  public Backlog(Consumer<T> dropped) {
    this.dropped = dropped;
  }

  /**
   * Adds a state.
   *
   * @param ended number of epochs that ended since the former one: 1, or 0 inside an epoch
   */
  public synchronized void add(T state, int ended, long stateBytes) {
    int epochs = ended;
    bytes += stateBytes;
    while (bytes > MAX_BYTES && !waiting.isEmpty()) {
      Due<T> oldest = waiting.removeFirst();
      dropped.accept(oldest.state());
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

  /** Removes the oldest state; empty if there is nothing to store. */
  public synchronized Optional<Due<T>> poll() {
    Optional<Due<T>> oldest = Optional.ofNullable(waiting.pollFirst());
    oldest.ifPresent(due -> bytes -= due.bytes());
    return oldest;
  }
}
