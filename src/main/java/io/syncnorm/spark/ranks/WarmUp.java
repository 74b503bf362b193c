package io.syncnorm.spark.ranks;

import io.syncnorm.comm.Membership;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.Network;
import io.syncnorm.spark.JobScope;
import io.syncnorm.train.RankTraining;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares free task slots for ranks while others train: a new executor fetches the job's jar and
 * loads classes first, which takes seconds.
 */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final long LIMIT_SECONDS = 60;

  private WarmUp() {}

  /** Returns whether so many slots are ready. Spark runs the tasks at once, one on each. */
  static boolean run(JavaSparkContext spark, int slots) {
    JavaFutureAction<Void> job;
    try (JobScope scope = new JobScope(spark, UUID.randomUUID().toString())) {
      scope.describe(String.format(Locale.ROOT, "preparing %d more task slots", slots));
      job =
          spark
              .parallelize(Collections.nCopies(slots, 0), slots)
              .foreachPartitionAsync(partition -> load());
    }
    try {
      job.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("{} more task slots are not usable yet: {}", slots, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    job.cancel(true);
    return false;
  }

  /** Loads what a rank needs first, on an executor. */
  static void load() {
    Blas.instance();
    try {
      for (Class<?> used : List.of(Membership.class, RankTraining.class, Network.class)) {
        Class.forName(used.getName()); // also initializes it
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
