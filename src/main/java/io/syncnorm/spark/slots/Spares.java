package io.syncnorm.spark.slots;

import io.syncnorm.comm.Membership;
import io.syncnorm.spark.HostRows;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.JobScope;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.ScalaCollections;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.FutureAction;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Task slots that are held for hosts, by a job of Spark whose tasks wait. Tasks that have no slot
 * yet are pending, which under dynamic allocation makes Spark request executors. A task also
 * rehearses, so that a new executor is ready when its hosts start.
 */
final class Spares implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Spares.class);
  private static final long POLL_MILLIS = 50;
  private static final long WARM_UP_SECONDS = 60;

  /** How long tasks may take to free their slots; a new executor may still be fetching the jar. */
  private static final Duration RELEASE = Duration.ofSeconds(5);

  private final JavaSparkContext spark;
  private final String tag = UUID.randomUUID().toString();
  private final RunningHosts tasks;
  private final FutureAction<Integer> job;

  private Spares(JavaSparkContext spark, int count, String description) {
    this.spark = spark;
    this.tasks = RunningHosts.of(spark, tag, count, count);
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

  /**
   * Prepares free slots, and returns whether so many are ready. Spark runs the tasks at once, one
   * on each slot.
   */
  static boolean warmUp(JavaSparkContext spark, int slots) {
    JavaFutureAction<Void> job;
    try (JobScope scope = new JobScope(spark, UUID.randomUUID().toString())) {
      scope.describe(String.format(Locale.ROOT, "preparing %d more task slots", slots));
      job =
          spark
              .parallelize(Collections.nCopies(slots, 0), slots)
              .foreachPartitionAsync(partition -> rehearsing().join());
    }
    try {
      job.get(WARM_UP_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("{} more task slots are not usable yet: {}", slots, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    job.cancel(true);
    return false;
  }

  /**
   * Rehearses, so that ranks start sooner; a new executor also fetches the job's jar for it. On a
   * thread of its own: an interrupt would break the extraction of the native library, and the
   * executor would compute without it from then on.
   */
  private static Thread rehearsing() {
    Thread thread = new Thread(Spares::rehearse, "syncnorm-rehearsal");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void rehearse() {
    try {
      Class.forName(Membership.class.getName()); // also initializes it
      TrainingRehearsal.run();
    } catch (ClassNotFoundException | RuntimeException | LinkageError e) {
      LOG.warn(
          "the executor could not rehearse; ranks will start there more slowly: {}", e.toString());
    }
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
              tasks.awaitEnd(RELEASE);
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
      rehearsing();
      try {
        while (!TaskContext.get().isInterrupted()) { // loading classes may clear an interrupt
          Thread.sleep(POLL_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return ScalaCollections.iterator(List.<Integer>of().iterator());
    }
  }
}
