package io.syncnorm.spark.version;

import org.apache.spark.SparkUserAppException;

/** How a program on Spark ends with an exit code without ending the JVM. */
public final class UserExit {
  private UserExit() {}

  /** Returns the exception that tells Spark the exit code. */
  public static SparkUserAppException with(int code) {
    return new SparkUserAppException(code);
  }
}
