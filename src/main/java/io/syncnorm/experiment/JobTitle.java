package io.syncnorm.experiment;

import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/** What Spark's pages say of the jobs of this thread. */
final class JobTitle {
  private static final String DESCRIPTION = "spark.job.description";

  private JobTitle() {}

  /**
   * Runs work that submits jobs.
   *
   * @param what the jobs do; added to the description that the thread's jobs have
   */
  static <T> T during(JavaSparkContext spark, String what, Supplier<T> work) {
    String before = spark.getLocalProperty(DESCRIPTION);
    spark.sc().setJobDescription(before == null ? what : before + ", " + what);
    try {
      return work.get();
    } finally {
      spark.sc().setJobDescription(before);
    }
  }
}
