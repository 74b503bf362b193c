package io.syncnorm.spark;

import io.syncnorm.config.FaultSettings;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
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

  /** What Spark says of a job that somebody has cancelled, or whose context was stopped. */
  private static final Pattern CANCELLED =
      Pattern.compile("(\\[SPARK_JOB_CANCELLED\\] )?Job \\d+ cancelled.*", Pattern.DOTALL);

  private final JavaSparkContext spark;
  private final FaultSettings faults;

  public RankStage(JavaSparkContext spark, FaultSettings faults) {
    this.spark = spark;
    this.faults = faults;
  }

  /**
   * Returns when all ranks have ended their program.
   *
   * @throws EncryptionException if Spark is told to encrypt what executors send each other
   * @throws TaskSlots.SlotsException if the ranks cannot all run at once
   * @throws RankFailedException if a rank fails, or ranks are lost too often
   * @throws CancellationException if the job was cancelled
   */
  public <T> void run(RankWork<T> work) {
    EncryptionException.requireNone(spark);
    for (int attempt = 1; ; attempt++) {
      TaskSlots.await(spark, work.partitions().getNumPartitions(), faults.slotTimeout());
      try {
        attempt(work);
        return;
      } catch (RankFailedException e) {
        if (e.reason() != RankFailedException.Reason.LOST || attempt == faults.maxAttempts()) {
          throw e;
        }
        LOG.warn(
            "attempt {} of {} ended {}: {}; going on from there",
            attempt,
            faults.maxAttempts(),
            work.progress(),
            e.getMessage());
      }
    }
  }

  private <T> void attempt(RankWork<T> work) {
    int world = work.partitions().getNumPartitions();
    spark.sc().setJobDescription(work.description());
    // Without it a cancelled job's tasks run on: ranks look for an interruption at each step.
    spark.setLocalProperty("spark.job.interruptOnCancel", "true");
    try (Attempt attempt =
        new Attempt(spark, world, faults.waitTimeout(), work.maxReportBytes(), work::reported)) {
      Exception jobFailure =
          runBarrierStage(
              work.partitions().rdd(),
              new RankTask<>(attempt, world, faults.waitTimeout(), work.program()));
      attempt.hearOut();
      if (attempt.listenerFailure().isPresent()) {
        throw attempt.listenerFailure().get();
      }
      if (isCancelled(jobFailure)) { // its ranks then miss each other, and say so
        throw cancellation(jobFailure);
      }
      if (attempt.failure().isPresent()) {
        throw new RankFailedException(attempt.failure().get());
      }
      if (jobFailure != null) {
        throw new RankFailedException(RankFailure.bySpark(jobFailure));
      }
    } finally {
      spark.sc().setJobDescription(null);
      spark.setLocalProperty("spark.job.interruptOnCancel", null);
    }
  }

  private static boolean isCancelled(Exception jobFailure) {
    return jobFailure instanceof InterruptedException
        || (jobFailure != null
            && CANCELLED.matcher(String.valueOf(jobFailure.getMessage())).matches());
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
      partitions
          .barrier()
          .mapPartitions(task, false, ClassTag$.MODULE$.<Integer>apply(Integer.class))
          .toJavaRDD()
          .collect();
      return null;
    } catch (Exception e) {
      return e;
    }
  }
}
