package io.syncnorm.spark.ranks;

import io.syncnorm.comm.wire.RunKey;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.HostRows;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.JobScope;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.slots.Gang;
import io.syncnorm.spark.slots.Hosts;
import io.syncnorm.spark.slots.RunningHosts;
import io.syncnorm.train.state.FirstStepReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Runs ranks on the task slots that there are, and restarts them when one is lost, or when they
 * have paused because there are more or fewer slots. Each slot runs a host: consecutive ranks,
 * which compute in turns.
 */
public final class RankStage {
  private static final Logger LOG = LoggerFactory.getLogger(RankStage.class);

  /** How long ranks may take to end when they have nothing more to do. */
  private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(5);

  /** How long ranks may take to end when the caller is interrupted: they check at each step. */
  private static final Duration INTERRUPT_GRACE = Duration.ofMillis(500);

  /**
   * How long hosts of an ordinary stage may take to get the slots that were counted for them. Spark
   * waits up to {@code spark.locality.wait} (3 s) for a slot near a host's rows, twice.
   */
  private static final Duration JOINING = Duration.ofSeconds(10);

  private final JavaSparkContext spark;
  private final Configuration configuration;
  private final Duration patience;
  private final IntFunction<Hosts> hostsOf;

  /** How an attempt ended that did not fail. */
  private enum End {
    DONE,
    PAUSED,
    /** There were fewer slots than hosts. */
    NOT_STARTED
  }

  public RankStage(JavaSparkContext spark, Configuration configuration) {
    this(spark, configuration, SHUTDOWN_GRACE);
  }

  RankStage(JavaSparkContext spark, Configuration configuration, Duration patience) {
    this(spark, configuration, patience, world -> Hosts.of(spark, configuration, world));
  }

  /**
   * @param patience how long ranks may take to end when they have nothing more to do
   * @param hostsOf decides on how many hosts a world runs
   */
  RankStage(
      JavaSparkContext spark,
      Configuration configuration,
      Duration patience,
      IntFunction<Hosts> hostsOf) {
    this.spark = spark;
    this.configuration = configuration;
    this.patience = patience;
    this.hostsOf = hostsOf;
  }

  /**
   * Runs the work. Returns when all ranks have ended their program and their reports are stored.
   *
   * @throws SparkSettingException if Spark's settings contradict {@code training.encrypt}
   * @throws SlotsException if there are fewer slots than {@code training.min-slots}
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
    Encryption encryption = Encryption.of(spark, configuration);
    encryption.log();
    Hosts hosts = hostsOf.apply(work.rows().world());
    HostsClock clock = new HostsClock(work, hosts);
    int attempts = configuration.get(Keys.MAX_ATTEMPTS);
    boolean isFirst = true;
    for (int attempt = 1; ; ) {
      Interruption.requireNone();
      long snapshots = work.snapshots();
      try (Gang gang = gang(work.rows(), hosts.await(), isFirst)) {
        isFirst = false;
        End end = attempt(work, gang, encryption.newKey(), hosts, clock, storage);
        if (end == End.DONE) {
          return;
        }
        if (end == End.PAUSED) {
          requireModel(work.snapshots() > snapshots);
          LOG.info("paused {}", work.progress());
          attempt = 1;
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

  /** Otherwise the ranks could pause at the same merge again and again. */
  private static void requireModel(boolean hasArrived) {
    if (!hasArrived) {
      throw new RankFailedException(RankFailure.lost(0, "it paused, and its model did not arrive"));
    }
  }

  private Gang gang(RankRows<?> rows, int most, boolean isFirst) {
    boolean areDynamic = TaskSlots.areDynamic(spark);
    if (!areDynamic && rows.isBarrier(most)) {
      return Gang.barrier(most);
    }
    Gang gang = Gang.gather(spark, configuration, most, isFirst);
    if (isFirst && areDynamic) { // it was not known before
      TaskSlots.sharing(rows.world(), gang.hosts()).ifPresent(LOG::info);
    }
    return gang;
  }

  private <T> End attempt(
      RankWork<T> work, Gang gang, RunKey key, Hosts supply, HostsClock clock, Storage storage) {
    int hosts = gang.hosts();
    int world = work.rows().world();
    Attempt attempt =
        new Attempt(
            spark,
            key,
            world,
            configuration.get(Keys.WAIT_TIMEOUT),
            Math.max(FirstStepReport.BYTES, work.maxReportBytes()), // the clock takes those
            clock,
            storage);
    String tag = key.id();
    try (attempt;
        GrowthWatch growth = new GrowthWatch(attempt, clock, work, supply, hosts);
        JobScope job = new JobScope(spark, tag);
        RunningHosts running = RunningHosts.of(spark, tag, hosts, world);
        JobWatch watch =
            new JobWatch(
                spark,
                tag,
                () -> canStart(running, gang),
                () -> work.isComplete() || attempt.isOver() || hasFailed(running, gang),
                gang.isBarrier() ? patience : INTERRUPT_GRACE)) {
      job.describe(work.description());
      clock.submitted(hosts);
      Exception jobFailure =
          runStage(
              work.rows().hosts(spark, hosts),
              gang.isBarrier(),
              new HostTask<>(attempt, hosts, world, configuration, work.program(spark)));
      clock.noticed();
      if (jobFailure instanceof InterruptedException) {
        job.cancel();
        attempt.stop("the run was interrupted");
        running.awaitEnd(INTERRUPT_GRACE);
        throw Interruption.cancellation(jobFailure);
      }
      if (watch.hasTooFewSlots()) {
        attempt.stop("there are too few task slots");
        return End.NOT_STARTED;
      }
      boolean isCancelled = Interruption.isCancelled(jobFailure) && !watch.hasCancelled();
      boolean hasFailed = jobFailure != null && !isCancelled;
      attempt.awaitEnd(hasFailed ? running::running : () -> 0, patience);
      attempt.throwDriverFailure();
      boolean hadTime = !Thread.currentThread().isInterrupted();
      List<RunningHosts.Place> unresponsive = hasFailed && hadTime ? running.replace() : List.of();
      boolean hasPaused = jobFailure == null && growth.hasAsked();
      clock.ended(
          hasPaused
              ? growth.reason()
              : running.loss(unresponsive).orElseGet(() -> RankFailure.loss(attempt.failure())));
      if (work.isComplete()) { // a rank lost afterwards does not matter
        return End.DONE;
      }
      Interruption.requireNone(); // an interrupt may have cut the reports short
      if (isCancelled) { // before the failures, which are consequences
        throw Interruption.cancelledJob(jobFailure);
      }
      if (attempt.failure().isPresent()) {
        throw new RankFailedException(attempt.failure().get().causedBy(unresponsive));
      }
      if (jobFailure != null) {
        Exception cause = watch.hasCancelled() ? running.failure().orElse(jobFailure) : jobFailure;
        throw new RankFailedException(RankFailure.bySpark(cause));
      }
      return hasPaused ? End.PAUSED : End.DONE;
    }
  }

  /** Whether all hosts have started, or have slots to start on. */
  private boolean canStart(RunningHosts running, Gang gang) {
    if (running.haveStarted()) {
      gang.started();
      return true;
    }
    return TaskSlots.available(spark) >= gang.hosts()
        && (gang.isBarrier() || !running.areLate(JOINING));
  }

  /** Whether a host of an ordinary stage has failed: Spark would only repeat its task. */
  private static boolean hasFailed(RunningHosts running, Gang gang) {
    return !gang.isBarrier() && running.failure().isPresent();
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
