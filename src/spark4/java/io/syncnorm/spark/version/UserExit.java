package io.syncnorm.spark.version;

import java.lang.reflect.Constructor;
import org.apache.spark.SparkUserAppException;

/** How a program on Spark ends with an exit code without ending the JVM. */
public final class UserExit {
  private UserExit() {}

  /** Returns the exception that tells Spark the exit code. Since Spark 4.1 it has a cause, too. */
  public static SparkUserAppException with(int code) {
    Constructor<?> constructor = SparkUserAppException.class.getConstructors()[0];
    try {
      return (SparkUserAppException) constructor.newInstance(Parameters.of(constructor, code));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot tell Spark the exit code: code=" + code, e);
    }
  }
}
