package io.syncnorm.comm.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is due when: one time for each thing, of equal times the one that was set first. It has no
 * clock: times are nanoseconds of the caller's, compared like those of {@link System#nanoTime}.
 */
final class Timers<T> {
  private record Entry<T>(long nanos, long number, T what) {}

  private final Map<T, Entry<T>> entries = new HashMap<>();
  private final NavigableSet<Entry<T>> order = new TreeSet<>(Timers::compare);
  private long count;

  private static int compare(Entry<?> one, Entry<?> other) {
    int byTime = Long.signum(one.nanos() - other.nanos()); // the sign is right after an overflow
    return byTime != 0 ? byTime : Long.compare(one.number(), other.number());
  }

  /** Sets when a thing is due; an earlier time for it no longer counts. */
  void set(T what, long nanos) {
    cancel(what);
    Entry<T> entry = new Entry<>(nanos, count++, what);
    entries.put(what, entry);
    order.add(entry);
  }

  /** Returns whether a time was set. */
  boolean cancel(T what) {
    Entry<T> entry = entries.remove(what);
    return entry != null && order.remove(entry);
  }

  /** Number of things with a time. */
  int size() {
    return entries.size();
  }

  /** Takes a thing that is due, the earliest first. */
  Optional<T> poll(long now) {
    return order.isEmpty() || order.first().nanos() - now > 0 ? Optional.empty() : pollFirst();
  }

  /** Takes the thing with the earliest time, due or not. */
  Optional<T> pollFirst() {
    Entry<T> first = order.pollFirst();
    if (first == null) {
      return Optional.empty();
    }
    entries.remove(first.what());
    return Optional.of(first.what());
  }

  /** Nanoseconds until something is due, from 0 to {@code most}. */
  long nanosLeft(long now, long most) {
    return order.isEmpty() ? most : Math.max(0, Math.min(most, order.first().nanos() - now));
  }
}
