package io.syncnorm.comm;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The waits of the ranks of one process until an exchange is complete. A wait spins first, and then
 * blocks.
 */
final class Waiting {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger blocked = new AtomicInteger();
  private volatile long completed;

  /**
   * How long a wait spins before it blocks.
   *
   * <p>Waking a blocked thread costs as much as a whole exchange, so a wait spins first. But if
   * another process takes cores, a rank often waits for one that has no core, and each core that
   * spins is one that the other rank does not get. So spinning must pay: if waits that outlast it
   * take more than a fifth of the time, waits block at once for a pause; then they spin again, for
   * a trial. The pause doubles with each trial that fails.
   *
   * <p>One thread at a time uses it.
   */
  static final class Spin {
    /** A few times what waking a blocked thread costs. */
    static final long LONGEST_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** Long enough for the operating system to move a waiting thread to an idle core. */
    static final long TRIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(320);

    private final boolean isAllowed;
    private long trialStart;
    private long outlastedNanos;
    private long pause = SHORTEST_PAUSE_NANOS;

    /**
     * @param hostsOfMachine how many ranks of this machine compute at the same time. If it has
     *     fewer cores, spinning would take the core from the rank waited for
     */
    Spin(int hostsOfMachine) {
      this(hostsOfMachine, System.nanoTime());
    }

    Spin(int hostsOfMachine, long now) {
      this.isAllowed = isAllowed(hostsOfMachine);
      this.trialStart = now;
    }

    /** Whether this machine has a core for each host. */
    static boolean isAllowed(int hostsOfMachine) {
      return hostsOfMachine <= Runtime.getRuntime().availableProcessors();
    }

    /** How long a wait that starts now spins; 0 if it blocks at once. */
    long nanos(long now) {
      return isAllowed && now - trialStart >= 0 ? LONGEST_NANOS : 0;
    }

    /** Learns from a wait that is over: how long it has taken, spun and blocked together. */
    void waited(long now, long waitNanos) {
      long trial = now - trialStart;
      if (trial < 0) {
        return;
      }
      outlastedNanos += waitNanos < LONGEST_NANOS ? 0 : Math.min(waitNanos, trial);
      if (trial < TRIAL_NANOS) {
        return;
      }
      if (5 * outlastedNanos > trial) {
        trialStart = now + pause;
        pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
      } else {
        trialStart = now;
        pause = SHORTEST_PAUSE_NANOS;
      }
      outlastedNanos = 0;
    }
  }

  /** Ends the waits for an exchange. */
  void complete(long exchange) {
    completed = exchange;
    if (blocked.get() > 0) {
      wakeUp();
    }
  }

  boolean isComplete(long exchange) {
    return completed >= exchange;
  }

  /**
   * Waits until an exchange is complete.
   *
   * @param limitNanos how long to block at most
   * @param check run before blocking and when woken up; it throws if waiting makes no sense
   * @return whether it is complete; false if the time is over
   */
  boolean await(long exchange, Spin spin, long limitNanos, Runnable check)
      throws InterruptedException {
    long start = System.nanoTime();
    long spinNanos = spin.nanos(start);
    long waited = 0;
    while (completed < exchange && waited < spinNanos) {
      Thread.onSpinWait();
      waited = System.nanoTime() - start;
    }
    boolean isComplete = true;
    if (completed < exchange) {
      isComplete = block(exchange, limitNanos, check);
      waited = System.nanoTime() - start;
    }
    spin.waited(start + waited, waited);
    return isComplete;
  }

  private boolean block(long exchange, long limitNanos, Runnable check)
      throws InterruptedException {
    long remaining = limitNanos;
    lock.lockInterruptibly();
    // Incremented before the exchange is read again: it is completed before the count is read.
    blocked.incrementAndGet();
    try {
      while (completed < exchange) {
        check.run();
        if (remaining <= 0) {
          return false;
        }
        remaining = changed.awaitNanos(remaining);
      }
      return true;
    } finally {
      blocked.decrementAndGet();
      lock.unlock();
    }
  }

  /** Makes blocked waits run their checks. */
  void wakeUp() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
