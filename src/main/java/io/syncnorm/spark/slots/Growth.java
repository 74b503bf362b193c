package io.syncnorm.spark.slots;

import java.util.concurrent.TimeUnit;

/**
 * Decides when ranks move to another number of hosts: when more slots are there than they use and
 * more hosts pay, or when slots are about to go. Moving restarts all ranks. Thread-safe.
 */
final class Growth {
  /** How long the number of slots must not change: executors come and go one after another. */
  private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Assumed until a restart has been measured. */
  private static final double RESTART_SECONDS = 3;

  /** What is saved must exceed the time of so many restarts, and so far apart are moves. */
  private static final int RESTARTS = 2;

  private final int world;
  private final int fewest;
  private double restartSeconds = RESTART_SECONDS;
  private long movedAt;
  private boolean hasMoved;
  private int slots;
  private long slotsSince;

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
    boolean isSettled =
        nowNanos - slotsSince >= STABLE_NANOS
            && (!hasMoved || nowNanos - movedAt >= 1e9 * RESTARTS * restartSeconds);
    boolean isGoing = possible < hosts && possible >= fewest && secondsLeft > 0;
    return isSettled && (isGoing || pays(hosts, possible, secondsLeft)) ? possible : hosts;
  }

  /**
   * Whether more hosts save more time than moving costs. The slowest host decides how fast a world
   * is: the one with the most ranks.
   */
  synchronized boolean pays(int hosts, int more, double secondsLeft) {
    double speed = (double) ranksPerHost(hosts) / ranksPerHost(Math.max(1, more));
    return speed > 1 && secondsLeft * (1 - 1 / speed) > RESTARTS * restartSeconds;
  }

  private int ranksPerHost(int hosts) {
    return (world + hosts - 1) / hosts;
  }
}
