package io.syncnorm.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Properties of the jobs that this thread submits: a tag to cancel them by. The job group stays the
 * caller's. Closing restores the caller's properties.
 */
public final class JobScope implements AutoCloseable {
  private static final String DESCRIPTION = "spark.job.description";
  private static final String INTERRUPT_ON_CANCEL = "spark.job.interruptOnCancel";

  private final SparkContext context;
  private final String tag;
  private final String descriptionBefore;
  private final String interruptBefore;

  public JobScope(JavaSparkContext spark, String tag) {
    this.context = spark.sc();
    this.tag = tag;
    this.descriptionBefore = context.getLocalProperty(DESCRIPTION);
    this.interruptBefore = context.getLocalProperty(INTERRUPT_ON_CANCEL);
    context.addJobTag(tag);
    // Without it a cancelled job's tasks continue: ranks check for an interrupt at each step.
    context.setLocalProperty(INTERRUPT_ON_CANCEL, "true");
  }

  /** Sets the description of the jobs in Spark's UI. */
  public void describe(String description) {
    context.setJobDescription(description);
  }

  /** Cancels the jobs of this scope only. */
  public void cancel() {
    if (!context.isStopped()) {
      context.cancelJobsWithTag(tag);
    }
  }

  @Override
  public void close() {
    context.removeJobTag(tag);
    context.setLocalProperty(DESCRIPTION, descriptionBefore);
    context.setLocalProperty(INTERRUPT_ON_CANCEL, interruptBefore);
  }
}
