package io.syncnorm.spark.slots;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Decides when ranks move to another number of hosts: when more slots are there than they use and
 * more hosts pay, or when slots are about to go. Moving restarts all ranks. Thread-safe.
 *
 * <p>Where steps have been timed on both numbers of hosts, those times decide. Otherwise the
 * slowest host does: the one with the most ranks.
 */
final class Growth {
  /** How long the number of slots must not change: executors come and go one after another. */
  private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How long a measured time is believed: what else runs on the machines changes. */
  private static final long BELIEVED_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** Assumed until a restart has been measured. */
  private static final double RESTART_SECONDS = 3;

  /** What is saved must exceed the time of so many restarts, and so far apart are moves. */
  private static final int RESTARTS = 2;

  private final int world;
  private final int fewest;

  /** By the number of hosts. */
  private final Map<Integer, StepTime> stepTimes = new HashMap<>();

  private double restartSeconds = RESTART_SECONDS;
  private long movedAt;
  private boolean hasMoved;
  private int slots;
  private long slotsSince;

  /** The time of a step at best. */
  private record StepTime(double seconds, long atNanos) {}

  /**
   * @param fewest slots on which the run may train
   */
  Growth(int world, int fewest) {
    this.world = world;
    this.fewest = fewest;
  }

  /**
   * Notes that the ranks were restarted.
   *
   * @param seconds that the restart took
   */
  synchronized void restarted(double seconds, long nowNanos) {
    restartSeconds = seconds;
    movedAt = nowNanos;
    hasMoved = true;
  }

  /** Notes that the ranks could not move. */
  synchronized void postponed(long nowNanos) {
    restarted(restartSeconds, nowNanos);
  }

  /**
   * Notes the time of a step on a number of hosts, at best since the ranks were started there.
   *
   * @param seconds not of JVMs that are still compiling, or fewer hosts would seem faster for long
   */
  synchronized void stepsTake(int hosts, double seconds, long nowNanos) {
    if (!isTimed(hosts, nowNanos) || seconds <= stepTimes.get(hosts).seconds) {
      stepTimes.put(hosts, new StepTime(seconds, nowNanos));
    }
  }

  /**
   * The number of hosts to start on: all slots, unless steps were faster on fewer.
   *
   * @param available slots that there are
   */
  synchronized int fastest(int available, long nowNanos) {
    int possible = Math.min(world, available);
    int best = possible;
    for (int hosts = possible - 1; hosts >= fewest; hosts--) {
      if (areTimed(best, hosts, nowNanos) && speedup(best, hosts, nowNanos) > 1) {
        best = hosts;
      }
    }
    return best;
  }

  /**
   * The number of hosts to continue on; to be asked often.
   *
   * @param hosts on which the ranks run
   * @param available slots that there are, including those of the hosts
   * @param secondsLeft that the run still takes on these hosts
   */
  synchronized int next(int hosts, int available, double secondsLeft, long nowNanos) {
    int possible = Math.min(world, available);
    if (possible != slots) {
      slots = possible;
      slotsSince = nowNanos;
    }
    boolean isGoing = possible < hosts && possible >= fewest && secondsLeft > 0;
    return isSettled(nowNanos) && (isGoing || pays(hosts, possible, secondsLeft, nowNanos))
        ? possible
        : hosts;
  }

  /** Whether neither the number of slots nor that of hosts has just changed. */
  synchronized boolean isSettled(long nowNanos) {
    return nowNanos - slotsSince >= STABLE_NANOS
        && (!hasMoved || nowNanos - movedAt >= 1e9 * RESTARTS * restartSeconds);
  }

  /** Whether more hosts save more time than moving costs. */
  synchronized boolean pays(int hosts, int more, double secondsLeft, long nowNanos) {
    double speedup = speedup(hosts, Math.max(1, more), nowNanos);
    return more > hosts
        && speedup > 1
        && secondsLeft * (1 - 1 / speedup) > RESTARTS * restartSeconds;
  }

  private double speedup(int from, int to, long nowNanos) {
    return areTimed(from, to, nowNanos)
        ? stepTimes.get(from).seconds / stepTimes.get(to).seconds
        : (double) ranksPerHost(from) / ranksPerHost(to);
  }

  private boolean areTimed(int hosts, int others, long nowNanos) {
    return isTimed(hosts, nowNanos) && isTimed(others, nowNanos);
  }

  private boolean isTimed(int hosts, long nowNanos) {
    StepTime time = stepTimes.get(hosts);
    return time != null && nowNanos - time.atNanos < BELIEVED_NANOS;
  }

  private int ranksPerHost(int hosts) {
    return (world + hosts - 1) / hosts;
  }
}
