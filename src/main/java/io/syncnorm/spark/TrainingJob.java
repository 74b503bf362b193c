package io.syncnorm.spark;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.FaultSettings;
import io.syncnorm.train.EpochListener;
import io.syncnorm.train.PlanException;
import io.syncnorm.train.Snapshot;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag$;

/**
 * Trains one model: one barrier job over all ranks, from a snapshot to the last epoch, and again
 * from the last finished epoch when a rank is lost.
 */
public final class TrainingJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);

  private final JavaSparkContext spark;
  private final ShardedData data;

  /**
   * @param data its number of shards is the world
   */
  public TrainingJob(JavaSparkContext spark, ShardedData data) {
    this.spark = spark;
    this.data = data;
  }

  /**
   * @param description what Spark's pages call the job
   * @param listener hears of each epoch while the job runs, on a thread of the driver
   * @return the merged model after the last epoch
   * @throws EncryptionException if Spark is told to encrypt what executors send each other
   * @throws TaskSlots.SlotsException if the ranks cannot all run at once
   * @throws RankFailedException if a rank fails, or ranks are lost too often
   */
  public Snapshot run(
      String description, Configuration configuration, Snapshot start, EpochListener listener) {
    PlanException.requireTrainable(configuration, data.plan());
    EncryptionException.requireNone(spark);
    FaultSettings faults = configuration.training().faults();
    int epochs = configuration.training().epochs();
    Snapshot from = start;
    for (int attempt = 1; ; attempt++) {
      TaskSlots.await(spark, data.world(), faults.slotTimeout());
      Outcome outcome = attempt(description, configuration, from, listener);
      if (outcome.failure() == null) {
        return outcome.latest();
      }
      from = outcome.latest();
      if (outcome.failure().reason() != RankFailedException.Reason.LOST
          || attempt == faults.maxAttempts()) {
        throw outcome.failure();
      }
      LOG.warn(
          "attempt {} of {} ended after epoch {} of {}: {}; going on from there",
          attempt,
          faults.maxAttempts(),
          from.epoch(),
          epochs,
          outcome.failure().getMessage());
    }
  }

  /**
   * @param failure null if the attempt trained all epochs
   */
  private record Outcome(Snapshot latest, RankFailedException failure) {}

  private Outcome attempt(
      String description, Configuration configuration, Snapshot from, EpochListener listener) {
    Broadcast<Snapshot> start = spark.broadcast(from);
    spark.sc().setJobDescription(description);
    // Without it a cancelled job's tasks run on: ranks look for an interruption at each step.
    spark.setLocalProperty("spark.job.interruptOnCancel", "true");
    try (Attempt attempt =
        new Attempt(
            spark, data.world(), configuration.training().faults().waitTimeout(), from, listener)) {
      Exception jobFailure = runBarrierStage(new RankTask(attempt, configuration, data, start));
      attempt.hearOut();
      if (attempt.listenerFailure().isPresent()) {
        throw attempt.listenerFailure().get();
      }
      Snapshot latest = attempt.latest();
      if (attempt.failure().isPresent()) {
        return new Outcome(latest, new RankFailedException(attempt.failure().get()));
      }
      if (jobFailure != null) {
        return new Outcome(latest, new RankFailedException(RankFailure.bySpark(jobFailure)));
      }
      if (latest.epoch() != configuration.training().epochs()) {
        throw new IllegalStateException(
            "the ranks ended without a failure before the last epoch: epoch=" + latest.epoch());
      }
      return new Outcome(latest, null);
    } finally {
      spark.sc().setJobDescription(null);
      spark.setLocalProperty("spark.job.interruptOnCancel", null);
      start.destroy();
    }
  }

  /** Returns what Spark threw, or null: the ranks' own words say more. */
  private Exception runBarrierStage(RankTask task) {
    List<Integer> ranks = IntStream.range(0, data.world()).boxed().toList();
    try {
      spark
          .parallelize(ranks, data.world())
          .rdd()
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
