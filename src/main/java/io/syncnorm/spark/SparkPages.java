package io.syncnorm.spark;

import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds lines to Spark's UI and event log for events that are not jobs, such as an epoch. Each line
 * is a job without tasks, which Spark records at once even if its executors are busy. May be used
 * by any thread.
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

  /** Lines in the calling thread's job group. */
  public static SparkPages of(JavaSparkContext spark) {
    return new SparkPages(spark, Optional.ofNullable(spark.getLocalProperty(GROUP)));
  }

  /** Adds a line, unless the context was stopped meanwhile. */
  public void add(String description) {
    SparkContext context = spark.sc();
    try {
      // Threads inherit the properties of their parent: here the tag of a job that may be
      // cancelled.
      context.clearJobTags();
      context.setLocalProperty(GROUP, group.orElse(null));
      context.setJobDescription(description);
      Jobs.run(spark.<Integer>emptyRDD().rdd());
    } catch (RuntimeException e) {
      if (!context.isStopped()) {
        throw e;
      }
      LOG.debug("cannot add a line to Spark's UI: {}", description, e);
    }
  }
}
