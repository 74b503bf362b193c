package io.syncnorm.spark;

import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

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
    Optional<SparkSettingException> first = encryption(spark);
    if (first.isPresent()) {
      throw first.get();
    }
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
