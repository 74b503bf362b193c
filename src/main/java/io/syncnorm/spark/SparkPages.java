package io.syncnorm.spark;

import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines on Spark's pages and in its event log for what is no job, such as an epoch: jobs without
 * tasks, which Spark notes at once, however busy its executors are. May be used by any thread.
 */
public final class SparkPages {
  private static final Logger LOG = LoggerFactory.getLogger(SparkPages.class);
  private static final String GROUP = "spark.jobGroup.id";

  private final JavaSparkContext spark;
  private final Optional<String> group;

  private SparkPages(JavaSparkContext spark, Optional<String> group) {
    this.spark = spark;
    this.group = group;
  }

  /** Those of the calling thread's job group. */
  public static SparkPages of(JavaSparkContext spark) {
    return new SparkPages(spark, Optional.ofNullable(spark.getLocalProperty(GROUP)));
  }

  /** Adds a line, unless the context was stopped meanwhile. */
  public void add(String description) {
    SparkContext context = spark.sc();
    try {
      // A thread has what the thread had that started it: the tag of a job that may be cancelled.
      context.clearJobTags();
      context.setLocalProperty(GROUP, group.orElse(null));
      context.setJobDescription(description);
      Jobs.run(spark.<Integer>emptyRDD().rdd());
    } catch (RuntimeException e) {
      if (!context.isStopped()) {
        throw e;
      }
      LOG.debug("Spark's pages lack a line: {}", description, e);
    }
  }
}
