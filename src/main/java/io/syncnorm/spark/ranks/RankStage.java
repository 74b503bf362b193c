package io.syncnorm.spark.ranks;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.HostRows;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.JobScope;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.TaskSlots;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Runs ranks on the task slots that there are, and restarts them when one is lost. Each slot runs a
 * host: consecutive ranks, which compute in turns.
 */
public final class RankStage {
  private static final Logger LOG = LoggerFactory.getLogger(RankStage.class);

  /** How long ranks may take to end when they have nothing more to do. */
  private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(5);

  /** How long ranks may take to end when the caller is interrupted: they check at each step. */
  private static final Duration INTERRUPT_GRACE = Duration.ofMillis(500);

  private final JavaSparkContext spark;
  private final Configuration configuration;
  private final Duration patience;

  public RankStage(JavaSparkContext spark, Configuration configuration) {
    this(spark, configuration, SHUTDOWN_GRACE);
  }

  /**
   * @param patience how long ranks may take to end when they have nothing more to do
   */
  RankStage(JavaSparkContext spark, Configuration configuration, Duration patience) {
    this.spark = spark;
    this.configuration = configuration;
    this.patience = patience;
  }

  /**
   * Runs the work. Returns when all ranks have ended their program and their reports are stored.
   *
   * @throws SparkSettingException if Spark is set up in a way that ranks cannot train with
   * @throws TaskSlots.SlotsException if there are fewer slots than {@code training.min-slots}
   * @throws RankFailedException if a rank fails, or ranks are lost too often
   * @throws CancellationException if the job was cancelled, or this thread is interrupted, which
   *     cancels the job
   */
  public <T> void run(RankWork<T> work) {
    try (Storage storage = new Storage(work::store)) {
      run(work, storage);
    }
  }

  private <T> void run(RankWork<T> work, Storage storage) {
    HostsClock clock = new HostsClock(work);
    int attempts = configuration.get(Keys.MAX_ATTEMPTS);
    int before = 0;
    for (int attempt = 1; ; ) {
      Interruption.requireNone();
      int hosts = hosts(work.rows().world());
      if (before > 0 && hosts != before) {
        TaskSlots.sharing(work.rows().world(), hosts).ifPresent(LOG::warn);
      }
      before = hosts;
      long snapshots = work.snapshots();
      try {
        if (attempt(work, hosts, storage, clock)) {
          return;
        }
      } catch (RankFailedException e) {
        boolean isStuck = work.snapshots() == snapshots;
        boolean isLast = isStuck && attempt == attempts;
        if (isLast || e.reason() != RankFailedException.Reason.LOST) {
          throw e;
        }
        LOG.warn(
            "attempt {} of {} ended {}: {}; resuming from there",
            attempt,
            attempts,
            work.progress(),
            e.getMessage());
        attempt = isStuck ? attempt + 1 : 1;
      }
    }
  }

  /** Waits for the fewest slots that may train, and takes those that there are. */
  private int hosts(int world) {
    int fewest = Math.min(world, configuration.get(Keys.MIN_SLOTS));
    return Math.min(world, TaskSlots.await(spark, fewest, configuration.get(Keys.SLOT_TIMEOUT)));
  }

  /** Returns false if there are no longer as many slots as hosts, and the ranks did not start. */
  private <T> boolean attempt(RankWork<T> work, int hosts, Storage storage, HostsClock clock) {
    int world = work.rows().world();
    boolean isBarrier = work.rows().isBarrier(hosts);
    Attempt attempt =
        new Attempt(
            spark,
            world,
            configuration.get(Keys.WAIT_TIMEOUT),
            work.maxReportBytes(),
            clock,
            storage);
    String tag = attempt.key().id();
    try (attempt;
        JobScope job = new JobScope(spark, tag);
        RunningRanks ranks = RunningRanks.of(spark, tag, hosts, world);
        JobWatch watch =
            new JobWatch(
                spark,
                tag,
                hosts,
                ranks::haveStarted,
                () -> work.isComplete() || attempt.isOver(),
                isBarrier ? patience : INTERRUPT_GRACE)) {
      job.describe(work.description());
      clock.submitted(hosts);
      Exception jobFailure =
          runStage(
              work.rows().hosts(spark, hosts),
              isBarrier,
              new HostTask<>(
                  attempt,
                  hosts,
                  world,
                  configuration.get(Keys.WAIT_TIMEOUT),
                  work.program(spark)));
      clock.noticed();
      if (jobFailure instanceof InterruptedException) {
        job.cancel();
        attempt.stop("the run was interrupted");
        ranks.unresponsive(INTERRUPT_GRACE);
        throw Interruption.cancellation(jobFailure);
      }
      if (watch.hasTooFewSlots()) {
        attempt.stop("there are too few task slots");
        return false;
      }
      attempt.drainReports(patience);
      attempt.throwDriverFailure();
      boolean isCancelled = Interruption.isCancelled(jobFailure) && !watch.hasCancelled();
      List<RunningRanks.Place> unresponsive =
          jobFailure == null || isCancelled ? List.of() : ranks.unresponsive(patience.dividedBy(2));
      unresponsive.forEach(this::replace);
      clock.ended(ranks.loss(attempt.failure(), unresponsive));
      if (work.isComplete()) { // a rank lost afterwards does not matter
        return true;
      }
      Interruption.requireNone(); // an interrupt may have cut the reports short
      if (isCancelled) { // before the failures, which are consequences
        throw Interruption.cancelledJob(jobFailure);
      }
      if (attempt.failure().isPresent()) {
        throw new RankFailedException(attempt.failure().get().causedBy(unresponsive));
      }
      if (jobFailure != null) {
        throw new RankFailedException(RankFailure.bySpark(jobFailure));
      }
      return true;
    }
  }

  /**
   * Replaces an executor that does not respond. It keeps its slot, so the next attempt would wait
   * for it, for the two minutes or more that Spark takes to remove an executor.
   */
  private void replace(RunningRanks.Place unresponsive) {
    if (!spark.isLocal()) {
      LOG.warn(
          "executor {} on {} does not respond: asking Spark to replace it",
          unresponsive.executor(),
          unresponsive.host());
      // Spark itself does this in the end; private in Scala, public in the JVM.
      spark.sc().killAndReplaceExecutor(unresponsive.executor());
      // Otherwise the next attempt's ranks would ask it for their rows until its process has
      // ended.
      SparkEnv.get().blockManager().master().removeExecutorAsync(unresponsive.executor());
      if (SparkEnv.get().mapOutputTracker() instanceof MapOutputTrackerMaster shuffles) {
        shuffles.removeOutputsOnExecutor(unresponsive.executor()); // they are made again elsewhere
      }
    }
  }

  /**
   * Returns what Spark threw, or null. It is not thrown, because the ranks' own reports explain
   * more.
   */
  private static <T> Exception runStage(
      RDD<HostRows<T>> hosts, boolean isBarrier, HostTask<T> task) {
    ClassTag<Integer> nothing = ClassTag$.MODULE$.apply(Integer.class);
    try {
      Jobs.once(
          isBarrier
              ? hosts.barrier().mapPartitions(task, false, nothing)
              : hosts.mapPartitions(task, false, nothing));
      return null;
    } catch (Exception e) {
      return e;
    }
  }
}
