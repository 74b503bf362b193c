package io.syncnorm.spark;

/** Thrown for a Spark setting that the settings of a run contradict. */
public final class SparkSettingException extends RuntimeException {
  public SparkSettingException(String message) {
    super(message);
  }
}
