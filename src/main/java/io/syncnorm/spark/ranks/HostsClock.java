package io.syncnorm.spark.ranks;

import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.spark.slots.Hosts;
import io.syncnorm.train.state.FirstStepReport;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.StepTimeReport;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the pauses of a work: from a loss, or from the beginning, to the first step on the hosts
 * that follow. It receives the ranks' reports for the work, because rank 0 reports its first step.
 */
final class HostsClock implements Attempt.Reports {
  private static final Logger LOG = LoggerFactory.getLogger(HostsClock.class);

  private final RankWork<?> work;
  private final Hosts supply;

  /** Why the pause began, and what else happened in it. */
  private final Set<String> reasons = new LinkedHashSet<>();

  private int hosts;
  private boolean isPaused = true;
  private long noticed = System.nanoTime();
  private long ended = noticed;
  private long submitted = noticed;
  private long joined = noticed;

  /**
   * @param supply is told how long restarts and steps take
   */
  HostsClock(RankWork<?> work, Hosts supply) {
    this.work = work;
    this.supply = supply;
  }

  /** Whether the ranks make steps. */
  synchronized boolean areTraining() {
    return !isPaused;
  }

  /** The driver has noticed that the ranks have to end: the pause begins, if there is none. */
  @Override
  public synchronized void noticed() {
    if (!isPaused) {
      isPaused = true;
      noticed = System.nanoTime();
      ended = noticed;
    }
  }

  /**
   * The ranks have ended.
   *
   * @param why see {@link HostsEvent}
   */
  synchronized void ended(String why) {
    noticed();
    reasons.add(why);
    ended = System.nanoTime();
  }

  /** The job of an attempt is submitted. */
  synchronized void submitted(int toHosts) {
    hosts = toHosts;
    submitted = System.nanoTime();
    joined = submitted;
  }

  @Override
  public synchronized void joined() {
    joined = System.nanoTime();
  }

  @Override
  public void reported(int rank, ReportBytes report) {
    if (FirstStepReport.isFirstStep(report.first())) {
      HostsEvent event = stepped(FirstStepReport.position(report.toArray(FirstStepReport.BYTES)));
      if (!event.isStart()) {
        LOG.info("{}", event);
        supply.restarted(event.pause().seconds() - event.pause().slotsSeconds());
      }
      work.hosts(event);
    } else if (StepTimeReport.isStepTime(report.first())) {
      supply.stepsTake(
          present(), StepTimeReport.secondsPerStep(report.toArray(StepTimeReport.BYTES)));
    } else {
      work.reported(rank, report);
    }
  }

  private synchronized int present() {
    return hosts;
  }

  private synchronized HostsEvent stepped(Position from) {
    long now = System.nanoTime();
    HostsEvent event =
        new HostsEvent(
            Instant.now(),
            from.epoch(),
            from.step(),
            hosts,
            work.rows().world(),
            reasons.isEmpty() ? HostsEvent.START : String.join("; ", reasons),
            new HostsEvent.Pause(
                1e-9 * (ended - noticed),
                1e-9 * (submitted - ended),
                1e-9 * (joined - submitted),
                1e-9 * (now - joined)));
    isPaused = false;
    reasons.clear();
    return event;
  }
}
