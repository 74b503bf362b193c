package io.syncnorm.spark.ranks;

import io.syncnorm.comm.wire.RunCertificate;
import io.syncnorm.comm.wire.RunKey;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.Internals;
import io.syncnorm.spark.SparkSettingException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether ranks encrypt their connections to each other and to the driver.
 *
 * @param why settings that say so
 * @param isLocal whether driver and ranks are one process
 * @param isKeySafe whether Spark encrypts the tasks in which the run's key travels
 */
public record Encryption(boolean isOn, String why, boolean isLocal, boolean isKeySafe) {
  private static final Logger LOG = LoggerFactory.getLogger(Encryption.class);

  private static final String AUTHENTICATE = "spark.authenticate";
  private static final String CRYPTO = "spark.network.crypto.enabled";
  private static final String SASL = "spark.authenticate.enableSaslEncryption";

  /** Settings that ask Spark to encrypt something that it sends. */
  private static final List<String> OF_SPARK =
      List.of(CRYPTO, SASL, "spark.ssl.enabled", "spark.ssl.rpc.enabled");

  /**
   * What the settings of a run and of Spark say.
   *
   * @throws SparkSettingException if they contradict each other
   */
  public static Encryption of(JavaSparkContext spark, Configuration configuration) {
    return of(spark.getConf(), configuration);
  }

  /**
   * Checks that the settings of a run and of Spark do not contradict each other. Called before
   * waits that would be futile.
   *
   * @throws SparkSettingException if they do
   */
  public static void check(JavaSparkContext spark, Configuration configuration) {
    of(spark, configuration);
  }

  static Encryption of(SparkConf spark, Configuration configuration) {
    Keys.Encrypt encrypt = configuration.get(Keys.ENCRYPT);
    String own = Keys.ENCRYPT + " = " + configuration.write(Keys.ENCRYPT);
    if (Internals.isLocal(spark)) { // Spark's settings protect nothing here
      return new Encryption(encrypt == Keys.Encrypt.ON, own + ", local mode", true, true);
    }
    Optional<String> asked =
        OF_SPARK.stream().filter(setting -> spark.getBoolean(setting, false)).findFirst();
    if (encrypt == Keys.Encrypt.OFF && asked.isPresent()) {
      throw new SparkSettingException(
          "%s = true asks for encrypted connections, and %s for plain ones: nothing was started; set %s to auto or on, or %s to false if the network can be trusted"
              .formatted(asked.get(), own, Keys.ENCRYPT, asked.get()));
    }
    return new Encryption(
        encrypt == Keys.Encrypt.ON || asked.isPresent(),
        own + ", " + asked.map(setting -> setting + " = true").orElse("Spark encrypts nothing"),
        false,
        isEncrypted(spark));
  }

  /** Whether Spark encrypts its tasks; it does not without authentication. */
  private static boolean isEncrypted(SparkConf spark) {
    return spark.getBoolean(AUTHENTICATE, false)
        && (spark.getBoolean(CRYPTO, false) || spark.getBoolean(SASL, false));
  }

  /**
   * A key for the next attempt.
   *
   * @throws IllegalStateException if connections are to be encrypted, and this JVM cannot
   */
  RunKey newKey() {
    return isOn ? RunKey.encrypted() : RunKey.random();
  }

  /** Says on one line what ranks speak. */
  public String message() {
    return "connections of ranks: %s (%s)"
        .formatted(
            isOn ? "%s, %s".formatted(RunCertificate.PROTOCOL, RunCertificate.CIPHER) : "plain",
            why);
  }

  void log() {
    if (isOn || !isLocal) {
      LOG.info(message());
    }
    if (isOn && !isKeySafe) {
      LOG.warn(
          "the key of these connections travels inside Spark's tasks, which Spark does not encrypt: set {} and {} to true, too",
          AUTHENTICATE,
          CRYPTO);
    }
  }
}
