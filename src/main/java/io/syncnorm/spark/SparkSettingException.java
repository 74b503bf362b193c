package io.syncnorm.spark;

import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.Utils;

/**
 * Thrown for a Spark setting that ranks cannot train with. The settings are checked before any wait
 * for task slots, which would be futile.
 */
public final class SparkSettingException extends RuntimeException {
  private static final List<String> ENCRYPTION =
      List.of(
          "spark.network.crypto.enabled",
          "spark.authenticate.enableSaslEncryption",
          "spark.ssl.enabled",
          "spark.ssl.rpc.enabled");

  private SparkSettingException(String message) {
    super(message);
  }

  /**
   * @throws SparkSettingException if Spark has one of these settings
   */
  public static void requireNone(JavaSparkContext spark) {
    Optional<SparkSettingException> first =
        dynamicAllocation(spark).or(() -> SparkSettingException.encryption(spark));
    if (first.isPresent()) {
      throw first.get();
    }
  }

  /** Checks for dynamic allocation, with which Spark rejects barrier stages. */
  public static Optional<SparkSettingException> dynamicAllocation(JavaSparkContext spark) {
    // The check that Spark makes before a barrier stage: local mode has no executors to allocate.
    return Utils.isDynamicAllocationEnabled(spark.getConf())
        ? Optional.of(
            new SparkSettingException(
                "ranks run as a barrier stage, which Spark does not start with dynamic allocation: expected spark.dynamicAllocation.enabled=false, found spark.dynamicAllocation.enabled=true; set it to false and set the number of executors (--num-executors; on a standalone cluster spark.cores.max)"))
        : Optional.empty();
  }

  /** Checks for encryption between executors, which would not cover the ranks' statistics. */
  public static Optional<SparkSettingException> encryption(JavaSparkContext spark) {
    return ENCRYPTION.stream()
        .filter(setting -> !spark.isLocal() && spark.getConf().getBoolean(setting, false))
        .findFirst()
        .map(
            setting ->
                new SparkSettingException(
                    "%s = true asks for encrypted connections, but connections between ranks are authenticated and not encrypted: nothing was started; set it to false if the network can be trusted, or train in local mode"
                        .formatted(setting)));
  }
}
