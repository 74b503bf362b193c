package io.syncnorm.spark;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark is told to encrypt, and the ranks' statistics would not be. */
public final class EncryptionException extends RuntimeException {
  private static final List<String> SETTINGS =
      List.of(
          "spark.network.crypto.enabled",
          "spark.authenticate.enableSaslEncryption",
          "spark.ssl.enabled",
          "spark.ssl.rpc.enabled");

  private EncryptionException(String setting) {
    super(
        "%s = true asks for encrypted connections, and what ranks send each other is authenticated but not encrypted: nothing was started; switch it off where the network may be trusted, or train in local mode"
            .formatted(setting));
  }

  /**
   * @throws EncryptionException if executors are separate processes and encryption is on
   */
  static void requireNone(JavaSparkContext spark) {
    for (String setting : SETTINGS) {
      if (!spark.isLocal() && spark.getConf().getBoolean(setting, false)) {
        throw new EncryptionException(setting);
      }
    }
  }
}
