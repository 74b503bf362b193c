package io.syncnorm.train.state;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Collects the reports of positions on the driver. A position counts when rank 0's report and the
 * states of all ranks that have one are there: with less of them training cannot resume from it.
 * Thread-safe.
 *
 * @param <R> rank 0's report
 */
public final class Arrivals<R> {
  private final TreeMap<Position, Arriving<R>> positions = new TreeMap<>();
  private Position last = new Position(0, 0);

  private static final class Arriving<R> {
    private R report;
    private int expected;
    private RankStates states = RankStates.NONE;

    boolean isComplete() {
      return report != null && states.count() == expected && states.isComplete();
    }
  }

  /** The reports of a position. */
  public record Reached<R>(R report, RankStates states) {}

  /**
   * Adds rank 0's report.
   *
   * @param states number of ranks that send a state
   */
  public synchronized void add(Position position, R report, int states) {
    if (position.compareTo(last) > 0) {
      Arriving<R> next = arriving(position);
      next.report = report;
      next.expected = states;
    }
  }

  /**
   * Adds a {@link RankStateReport} of a rank.
   *
   * @param shape of the states at the report's position
   */
  public void add(int rank, byte[] report, RankState.Shape shape, int world) {
    Optional<RankStates> held = hold(RankStateReport.position(report), shape, world);
    if (held.isPresent()) {
      try {
        RankStateReport.receive(rank, report, held.get()); // the disk holds up no other report
      } finally {
        held.get().release();
      }
    }
  }

  /**
   * The states of a position, which the caller releases: a later position may replace them while
   * they are written. Empty if one has replaced them already.
   */
  synchronized Optional<RankStates> hold(Position position, RankState.Shape shape, int world) {
    if (position.compareTo(last) <= 0) {
      return Optional.empty();
    }
    Arriving<R> next = arriving(position);
    if (next.states == RankStates.NONE) {
      next.states = RankStates.create(shape, world);
    }
    return Optional.of(next.states.retain());
  }

  private Arriving<R> arriving(Position position) {
    return positions.computeIfAbsent(position, each -> new Arriving<>());
  }

  /**
   * Removes the next position of which all reports are there; the caller releases its states. No
   * end of an epoch is left out; positions inside an epoch are if a later one is complete.
   */
  public synchronized Optional<Reached<R>> poll() {
    for (Map.Entry<Position, Arriving<R>> each : positions.entrySet()) {
      if (each.getValue().isComplete()) {
        discardUpTo(each.getKey());
        return Optional.of(new Reached<>(each.getValue().report, each.getValue().states));
      }
      if (!each.getKey().isInsideEpoch()) {
        break;
      }
    }
    return Optional.empty();
  }

  private void discardUpTo(Position complete) {
    last = complete;
    Iterator<Map.Entry<Position, Arriving<R>>> earlier =
        positions.headMap(complete, true).entrySet().iterator();
    while (earlier.hasNext()) {
      Map.Entry<Position, Arriving<R>> each = earlier.next();
      if (!each.getKey().equals(complete)) {
        each.getValue().states.release();
      }
      earlier.remove();
    }
  }

  /**
   * Discards all reports.
   *
   * @param from the position that the ranks start from; reports up to it are not expected
   */
  public synchronized void clear(Position from) {
    positions.values().forEach(position -> position.states.release());
    positions.clear();
    last = from;
  }
}
