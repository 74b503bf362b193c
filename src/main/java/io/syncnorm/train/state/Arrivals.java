package io.syncnorm.train.state;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Collects the reports of epochs on the driver. An epoch counts when rank 0's report and the states
 * of all other ranks that have one are there: with less of them training cannot resume from it.
 * Thread-safe.
 *
 * @param <R> rank 0's report
 */
public final class Arrivals<R> {
  private final Map<Integer, Arriving<R>> epochs = new HashMap<>();

  private static final class Arriving<R> {
    private R report;
    private int expected;
    private RankStates states = RankStates.NONE;

    boolean isComplete() {
      return report != null && states.count() == expected && states.isComplete();
    }
  }

  /** The reports of an epoch. */
  public record Epoch<R>(R report, RankStates states) {}

  /**
   * Adds rank 0's report of an epoch.
   *
   * @param states number of ranks that send a state
   */
  public synchronized void add(int epoch, R report, int states) {
    Arriving<R> next = arriving(epoch);
    next.report = report;
    next.expected = states;
  }

  /**
   * Adds a {@link RankStateReport} of another rank.
   *
   * @param count number of ranks that send a state
   * @param stateBytes bytes of one state
   */
  public void add(int rank, byte[] report, int count, long stateBytes) {
    RankStates states;
    synchronized (this) {
      Arriving<R> next = arriving(RankStateReport.epoch(report));
      if (next.states == RankStates.NONE) {
        next.states = RankStates.create(count, stateBytes);
      }
      states = next.states;
    }
    RankStateReport.receive(rank, report, states); // the disk holds up no other report
  }

  private Arriving<R> arriving(int epoch) {
    return epochs.computeIfAbsent(epoch, number -> new Arriving<>());
  }

  /** Removes an epoch if all its reports are there; the caller releases its states. */
  public synchronized Optional<Epoch<R>> poll(int epoch) {
    Arriving<R> next = epochs.get(epoch);
    if (next == null || !next.isComplete()) {
      return Optional.empty();
    }
    epochs.remove(epoch);
    return Optional.of(new Epoch<>(next.report, next.states));
  }

  /** Discards all reports. */
  public synchronized void clear() {
    epochs.values().forEach(epoch -> epoch.states.release());
    epochs.clear();
  }
}
