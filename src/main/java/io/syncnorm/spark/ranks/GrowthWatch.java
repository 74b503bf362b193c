package io.syncnorm.spark.ranks;

import io.syncnorm.spark.slots.Hosts;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks the ranks of an attempt to pause when they should continue on another number of hosts. They
 * do so at their next merge.
 */
final class GrowthWatch implements AutoCloseable {
  private static final long POLL_MILLIS = 250;

  private final Attempt attempt;
  private final HostsClock clock;
  private final RankWork<?> work;
  private final Hosts hosts;
  private final int present;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile String reason;

  /**
   * @param present number of hosts of the attempt
   */
  GrowthWatch(Attempt attempt, HostsClock clock, RankWork<?> work, Hosts hosts, int present) {
    this.attempt = attempt;
    this.clock = clock;
    this.work = work;
    this.hosts = hosts;
    this.present = present;
    this.thread = new Thread(this::watch, "syncnorm-growth");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether the ranks were asked to pause. */
  boolean hasAsked() {
    return reason != null;
  }

  /** Why they were asked. */
  String reason() {
    return reason;
  }

  private void watch() {
    try {
      while (reason == null && !closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        if (clock.areTraining() && !attempt.isOver() && !work.isComplete()) {
          hosts.change(present, work.secondsLeft()).ifPresent(this::pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pause(String why) {
    reason = why;
    attempt.pause();
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    hosts.ended();
  }
}
