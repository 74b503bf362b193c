package io.syncnorm.spark.ranks;

import io.syncnorm.spark.HostRows;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.JobScope;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.RankRows;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.FutureAction;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Task slots that are held for hosts, by a job of Spark whose tasks wait. Tasks that have no slot
 * yet are pending, which under dynamic allocation makes Spark request executors. A task also loads
 * what a rank needs first, so that a new executor is ready when its hosts start.
 */
final class Spares implements AutoCloseable {
  private static final long POLL_MILLIS = 50;

  /** How long tasks may take to free their slots; a new executor may still be fetching the jar. */
  private static final Duration RELEASE = Duration.ofSeconds(5);

  private final JavaSparkContext spark;
  private final String tag = UUID.randomUUID().toString();
  private final RunningRanks tasks;
  private final FutureAction<Integer> job;

  private Spares(JavaSparkContext spark, int count, String description) {
    this.spark = spark;
    this.tasks = RunningRanks.of(spark, tag, count, count);
    RDD<HostRows<Integer>> partitions = RankRows.<Integer>none(count).hosts(spark, count);
    try (JobScope scope = new JobScope(spark, tag)) {
      scope.describe(description);
      this.job =
          Jobs.submit(
              partitions.mapPartitions(
                  new Hold(), false, ClassTag$.MODULE$.<Integer>apply(Integer.class)));
    } catch (Throwable e) { // Spark throws checked exceptions without declaring them
      tasks.close();
      throw e;
    }
  }

  /**
   * Submits the job in the caller's job group and scheduler pool, and returns at once.
   *
   * @param count number of slots to hold
   * @param description of the job in Spark's UI
   */
  static Spares submit(JavaSparkContext spark, int count, String description) {
    return new Spares(spark, count, description);
  }

  /** Number of slots that are held now. A task of a lost executor no longer counts. */
  int held() {
    return tasks.running();
  }

  /**
   * Why Spark has ended the job, which then holds no slot: an executor was lost and Spark may not
   * repeat tasks, or the job was cancelled. Empty as long as it runs.
   */
  Optional<Exception> failure() {
    if (!job.isCompleted()) {
      return Optional.empty();
    }
    Throwable cause = job.value().get().failed().get();
    return Optional.of(cause instanceof Exception e ? e : new IllegalStateException(cause));
  }

  /** Cancels the job, and waits a few seconds until its slots are free. */
  @Override
  public void close() {
    Interruption.uninterrupted(
        () -> {
          try (tasks) {
            if (!spark.sc().isStopped()) {
              job.cancel();
              tasks.unresponsive(RELEASE);
            }
          }
        });
  }

  /** The task: it ends when it is cancelled. */
  private static final class Hold
      extends AbstractFunction1<Iterator<HostRows<Integer>>, Iterator<Integer>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Integer> apply(Iterator<HostRows<Integer>> partition) {
      // On its own thread: an interrupt would break the native library's extraction, and the
      // executor would compute without it from then on.
      Thread warm = new Thread(WarmUp::load, "syncnorm-warm");
      warm.setDaemon(true);
      warm.start();
      try {
        while (!TaskContext.get().isInterrupted()) { // loading classes may clear an interrupt
          Thread.sleep(POLL_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return JavaConverters.asScalaIterator(List.<Integer>of().iterator());
    }
  }
}
