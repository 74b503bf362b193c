package io.syncnorm.spark.version;

import java.util.Optional;
import org.apache.spark.SparkThrowable;

/** The names that Spark gives to what may go wrong. */
public final class Conditions {
  private Conditions() {}

  /** Returns the name of what went wrong, if an exception of Spark has one. */
  public static Optional<String> of(Throwable e) {
    return e instanceof SparkThrowable spark
        ? Optional.ofNullable(spark.getCondition())
        : Optional.empty();
  }
}
