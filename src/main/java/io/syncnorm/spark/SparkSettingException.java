package io.syncnorm.spark;

import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.Utils;

/**
 * A setting of Spark's that ranks cannot train with. Nothing waits for task slots, which would not
 * help, before it has looked for one.
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
   * @throws SparkSettingException if there is such a setting
   */
  public static void requireNone(JavaSparkContext spark) {
    Optional<SparkSettingException> first =
        dynamicAllocation(spark).or(() -> SparkSettingException.encryption(spark));
    if (first.isPresent()) {
      throw first.get();
    }
  }

  /** Spark is told to let executors come and go: it then refuses barrier stages. */
  public static Optional<SparkSettingException> dynamicAllocation(JavaSparkContext spark) {
    // As Spark asks before it starts a barrier stage: local mode has no executors to allocate.
    return Utils.isDynamicAllocationEnabled(spark.getConf())
        ? Optional.of(
            new SparkSettingException(
                "Spark does not start barrier stages, which ranks are, with dynamic allocation: expected spark.dynamicAllocation.enabled=false, found spark.dynamicAllocation.enabled=true; set it to false and say how many executors there shall be (--num-executors; on a standalone cluster spark.cores.max)"))
        : Optional.empty();
  }

  /**
   * Spark is told to encrypt what executors send each other, and ranks' statistics would not be.
   */
  public static Optional<SparkSettingException> encryption(JavaSparkContext spark) {
    return ENCRYPTION.stream()
        .filter(setting -> !spark.isLocal() && spark.getConf().getBoolean(setting, false))
        .findFirst()
        .map(
            setting ->
                new SparkSettingException(
                    "%s = true asks for encrypted connections, and what ranks send each other is authenticated but not encrypted: nothing was started; switch it off where the network may be trusted, or train in local mode"
                        .formatted(setting)));
  }
}
