package io.syncnorm.spark;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag$;

/**
 * Puts ranks on a barrier stage, one per partition, and starts them again when one of them is lost.
 */
public final class RankStage {
  private static final Logger LOG = LoggerFactory.getLogger(RankStage.class);

  /**
   * What Spark says of a job that somebody has cancelled, or whose context was stopped; in the
   * digits of the JVM's locale.
   */
  private static final Pattern CANCELLED =
      Pattern.compile("(\\[SPARK_JOB_CANCELLED\\] )?Job \\p{Nd}+ cancelled.*", Pattern.DOTALL);

  /** How long ranks may take to end when there is nothing more for them to do. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  /** How long they may take when the caller is interrupted: they look for it at each step. */
  private static final Duration SHUTDOWN_GRACE = Duration.ofMillis(500);

  private final JavaSparkContext spark;
  private final Configuration configuration;
  private final Duration patience;

  public RankStage(JavaSparkContext spark, Configuration configuration) {
    this(spark, configuration, LAST_WORDS);
  }

  /**
   * @param patience how long ranks may take to end when there is nothing more for them to do
   */
  RankStage(JavaSparkContext spark, Configuration configuration, Duration patience) {
    this.spark = spark;
    this.configuration = configuration;
    this.patience = patience;
  }

  /**
   * Returns when all ranks have ended their program, and what they have reported is stored.
   *
   * @throws SparkSettingException if Spark is set up in a way that ranks cannot train with
   * @throws TaskSlots.SlotsException if the ranks cannot all run at once
   * @throws RankFailedException if a rank fails, or ranks are lost too often
   * @throws CancellationException if the job was cancelled, or this thread is interrupted; its job
   *     is cancelled then
   */
  public <T> void run(RankWork<T> work) {
    try (Storage storage = new Storage(work::store)) {
      run(work, storage);
    }
  }

  private <T> void run(RankWork<T> work, Storage storage) {
    int attempts = configuration.get(Keys.MAX_ATTEMPTS);
    for (int attempt = 1; ; attempt++) {
      Interruption.requireNone();
      TaskSlots.await(
          spark, work.partitions().getNumPartitions(), configuration.get(Keys.SLOT_TIMEOUT));
      try {
        attempt(work, storage);
        return;
      } catch (RankFailedException e) {
        if (e.reason() != RankFailedException.Reason.LOST || attempt == attempts) {
          throw e;
        }
        LOG.warn(
            "attempt {} of {} ended {}: {}; going on from there",
            attempt,
            attempts,
            work.progress(),
            e.getMessage());
      }
    }
  }

  private <T> void attempt(RankWork<T> work, Storage storage) {
    int world = work.partitions().getNumPartitions();
    Attempt attempt =
        new Attempt(
            spark,
            world,
            configuration.get(Keys.WAIT_TIMEOUT),
            work.maxReportBytes(),
            work::reported,
            storage);
    String tag = attempt.key().id();
    try (attempt;
        JobScope job = new JobScope(spark, tag);
        RunningRanks ranks = RunningRanks.of(spark, tag);
        JobWatch watch =
            new JobWatch(
                spark,
                tag,
                world,
                configuration.get(Keys.SLOT_TIMEOUT),
                () -> work.isComplete() || attempt.isOver(),
                patience)) {
      job.describe(work.description());
      Exception jobFailure =
          runBarrierStage(
              LateRows.of(work.partitions().rdd()),
              new RankTask<>(attempt, world, configuration.get(Keys.WAIT_TIMEOUT), work.program()));
      if (jobFailure instanceof InterruptedException) {
        job.cancel();
        attempt.stop("the run was interrupted");
        ranks.hanging(SHUTDOWN_GRACE);
        throw Interruption.cancellation(jobFailure);
      }
      attempt.hearOut(patience);
      attempt.throwDriverFailure();
      boolean isCancelled = isCancelled(jobFailure) && !watch.hasCancelled();
      List<RunningRanks.Place> hanging =
          jobFailure == null || isCancelled ? List.of() : ranks.hanging(patience.dividedBy(2));
      hanging.forEach(this::replace);
      if (work.isComplete()) { // whatever has become of the ranks since
        return;
      }
      Interruption.requireNone(); // it has heard too little
      if (watch.lack().isPresent()) {
        throw watch.lack().get();
      }
      if (isCancelled) { // its ranks then miss each other, and say so
        throw cancellation(jobFailure);
      }
      if (attempt.failure().isPresent()) {
        throw new RankFailedException(attempt.failure().get().causedBy(hanging));
      }
      if (jobFailure != null) {
        throw new RankFailedException(RankFailure.bySpark(jobFailure));
      }
    }
  }

  /**
   * An executor that hangs keeps its slot: the next attempt would wait for it, for the two minutes
   * and more after which Spark itself gives an executor up.
   */
  private void replace(RunningRanks.Place hanging) {
    if (!spark.isLocal()) {
      LOG.warn(
          "executor {} on {} hangs: asking Spark for another one in its place",
          hanging.executor(),
          hanging.host());
      // What Spark does in the end; private to Scala, public to the JVM.
      spark.sc().killAndReplaceExecutor(hanging.executor());
      // Until its process has ended, the next attempt's ranks would ask it for their shards.
      SparkEnv.get().blockManager().master().removeExecutorAsync(hanging.executor());
    }
  }

  private static boolean isCancelled(Exception jobFailure) {
    return jobFailure != null
        && CANCELLED.matcher(String.valueOf(jobFailure.getMessage())).matches();
  }

  private static CancellationException cancellation(Exception jobFailure) {
    CancellationException cancelled =
        new CancellationException("the training job was cancelled: " + jobFailure.getMessage());
    cancelled.initCause(jobFailure);
    return cancelled;
  }

  /** Returns what Spark threw, or null: the ranks' own words say more. */
  private static <T> Exception runBarrierStage(RDD<T> partitions, RankTask<T> task) {
    try {
      Jobs.run(
          partitions
              .barrier()
              .mapPartitions(task, false, ClassTag$.MODULE$.<Integer>apply(Integer.class)));
      return null;
    } catch (Exception e) {
      return e;
    }
  }
}
