package io.syncnorm.spark.slots;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.TaskSlots;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hosts of one attempt. Where Spark starts them as a barrier stage, their number is all that
 * there is to know. Elsewhere {@link Spares} hold slots while these are counted; then the hosts
 * start in their place, as many as slots were held. One gang of an application gathers at a time,
 * until its hosts have started, so two that want more slots than there are never hold some each and
 * wait for the rest.
 */
public final class Gang implements AutoCloseable {
  /** Whose turn it is to gather. Semaphores, because another thread releases them. */
  private static final Map<SparkContext, Semaphore> TURNS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final int hosts;
  private final Optional<Semaphore> turn;
  private final AtomicBoolean isGathering = new AtomicBoolean(true);

  private Gang(int hosts, Optional<Semaphore> turn) {
    this.hosts = hosts;
    this.turn = turn;
  }

  /** Hosts that Spark starts as a barrier stage: all at once, or none. */
  public static Gang barrier(int hosts) {
    return new Gang(hosts, Optional.empty());
  }

  /**
   * Waits for its turn, then for slots.
   *
   * @param most number of slots to gather, unless fewer stay
   * @param isFirst whether executors may still be starting
   * @throws SlotsException if executors have fewer slots for {@code training.slot-timeout},
   *     counting those that other jobs use
   * @throws CancellationException if this thread is interrupted or the job is cancelled
   */
  public static Gang gather(
      JavaSparkContext spark, Configuration configuration, int most, boolean isFirst) {
    int fewest = Math.min(most, configuration.get(Keys.MIN_SLOTS));
    Semaphore turn = TURNS.computeIfAbsent(spark.sc(), context -> new Semaphore(1, true));
    Gathering gathering =
        new Gathering(spark, most, fewest, configuration.get(Keys.SLOT_TIMEOUT), isFirst);
    try {
      turn.acquire();
      try {
        return new Gang(gathering.run(), Optional.of(turn));
      } catch (Throwable e) { // Spark throws checked exceptions without declaring them
        turn.release();
        throw e;
      }
    } catch (InterruptedException e) {
      throw Interruption.cancellation(e);
    }
  }

  /** Whether a gang of this application is gathering slots. */
  static boolean isGathering(JavaSparkContext spark) {
    Semaphore turn = TURNS.get(spark.sc());
    return turn != null && turn.availablePermits() == 0;
  }

  /** Number of hosts to start. */
  public int hosts() {
    return hosts;
  }

  /** Whether Spark starts them as a barrier stage. */
  public boolean isBarrier() {
    return turn.isEmpty();
  }

  /** All hosts have started, so another gang may gather. */
  public void started() {
    if (isGathering.getAndSet(false)) {
      turn.ifPresent(Semaphore::release);
    }
  }

  /** The hosts have ended, or did not start. */
  @Override
  public void close() {
    started();
  }

  /** Counts slots until no more come. */
  private static final class Gathering {
    private static final Logger LOG = LoggerFactory.getLogger(Gang.class);
    private static final long POLL_MILLIS = 20;

    /** How long slots that other jobs use may take to become free. */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    /**
     * How long a first attempt under dynamic allocation waits for one more slot. Spark requests
     * executors in rounds a second apart, and moving to more hosts later costs about as much.
     */
    private static final Duration STARTED = Duration.ofSeconds(3);

    private final JavaSparkContext spark;
    private final int most;
    private final int fewest;
    private final Duration timeout;
    private final boolean isStarting;
    private long enoughAt;
    private long changedAt;
    private int held;

    Gathering(JavaSparkContext spark, int most, int fewest, Duration timeout, boolean isFirst) {
      this.spark = spark;
      this.most = most;
      this.fewest = fewest;
      this.timeout = timeout;
      this.isStarting = isFirst && TaskSlots.areDynamic(spark) && !spark.isLocal();
    }

    int run() throws InterruptedException {
      enoughAt = System.nanoTime();
      while (true) {
        try (Spares spares = Spares.submit(spark, most, description())) {
          Optional<Exception> failure = count(spares);
          if (failure.isEmpty()) {
            return held;
          }
          if (!Jobs.hasLostExecutor(failure.get())) {
            throw Interruption.cancelledJob(failure.get());
          }
          LOG.warn("an executor was lost while task slots were counted: counting again");
        }
      }
    }

    private String description() {
      return String.format(Locale.ROOT, "gathering up to %d task slots", most);
    }

    /** Returns why Spark ended the job, if it did before the slots were counted. */
    private Optional<Exception> count(Spares spares) throws InterruptedException {
      while (!isSettled(spares.held())) {
        if (spares.failure().isPresent()) {
          return spares.failure();
        }
        requireTime();
        Thread.sleep(POLL_MILLIS);
      }
      return Optional.empty();
    }

    private boolean isSettled(int now) {
      if (now != held) {
        held = now;
        changedAt = System.nanoTime();
      }
      Duration patience =
          isStarting ? STARTED : held < TaskSlots.available(spark) ? SETTLED : Duration.ZERO;
      return held == most
          || (held >= fewest && System.nanoTime() - changedAt >= patience.toNanos());
    }

    private void requireTime() {
      int slots = TaskSlots.available(spark);
      if (slots >= fewest) { // those that other jobs use become free
        enoughAt = System.nanoTime();
      }
      if (System.nanoTime() - enoughAt > timeout.toNanos()) {
        throw SlotsException.tooFew(spark, fewest, slots);
      }
    }
  }
}
