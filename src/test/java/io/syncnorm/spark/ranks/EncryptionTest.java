package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Keys.Encrypt;
import io.syncnorm.spark.SparkSettingException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptionTest {
  private static final String CRYPTO = "spark.network.crypto.enabled";
  private static final String AUTHENTICATE = "spark.authenticate";

  private static Configuration configured(Encrypt encrypt) {
    return Configuration.defaults().with(Keys.ENCRYPT, encrypt);
  }

  private static SparkConf cluster() {
    return new SparkConf(false).setMaster("spark://driver:7077");
  }

  @ParameterizedTest
  @CsvSource({"AUTO, false", "OFF, false", "ON, true"})
  void shouldFollowTheRunsSettingWhereSparkEncryptsNothing(Encrypt encrypt, boolean isOn) {
    Encryption encryption = Encryption.of(cluster(), configured(encrypt));
    assertEquals(isOn, encryption.isOn());
    assertEquals(isOn, encryption.newKey().certificate().isPresent());
    assertFalse(encryption.isKeySafe());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CRYPTO,
        "spark.authenticate.enableSaslEncryption",
        "spark.ssl.enabled",
        "spark.ssl.rpc.enabled"
      })
  void shouldEncryptIfSparkDoes(String setting) {
    SparkConf conf = cluster().set(setting, "true");
    for (Encrypt encrypt : new Encrypt[] {Encrypt.AUTO, Encrypt.ON}) {
      assertTrue(Encryption.of(conf, configured(encrypt)).isOn());
    }
    String refused =
        assertThrows(
                SparkSettingException.class, () -> Encryption.of(conf, configured(Encrypt.OFF)))
            .getMessage();
    assertTrue(refused.contains(setting + " = true"), refused);
    assertTrue(refused.contains("training.encrypt = off"), refused);
    assertFalse(Encryption.of(cluster().set(setting, "false"), configured(Encrypt.OFF)).isOn());
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local[2]", "local[*]"})
  void shouldNotFollowSparkInLocalMode(String master) {
    SparkConf conf = cluster().setMaster(master).set(CRYPTO, "true");
    assertFalse(Encryption.of(conf, configured(Encrypt.AUTO)).isOn());
    assertFalse(Encryption.of(conf, configured(Encrypt.OFF)).isOn());
    assertTrue(Encryption.of(conf, configured(Encrypt.ON)).isOn());
  }

  @ParameterizedTest
  @EnumSource(Encrypt.class)
  void shouldMakeANewKeyForEachAttempt(Encrypt encrypt) {
    Encryption encryption = Encryption.of(cluster(), configured(encrypt));
    assertFalse(encryption.newKey().id().equals(encryption.newKey().id()));
  }

  /** Spark encrypts its tasks only if it authenticates. */
  @Test
  void shouldKnowWhetherTheKeyTravelsEncrypted() {
    SparkConf conf = cluster().set(CRYPTO, "true");
    assertFalse(Encryption.of(conf, configured(Encrypt.AUTO)).isKeySafe());
    conf.set(AUTHENTICATE, "true");
    assertTrue(Encryption.of(conf, configured(Encrypt.AUTO)).isKeySafe());
    assertFalse(
        Encryption.of(cluster().set(AUTHENTICATE, "true"), configured(Encrypt.ON)).isKeySafe());
  }

  @Test
  void shouldSayWhatRanksSpeakAndWhy() {
    assertEquals(
        "connections of ranks: plain (training.encrypt = auto, Spark encrypts nothing)",
        Encryption.of(cluster(), configured(Encrypt.AUTO)).message());
    assertEquals(
        "connections of ranks: TLSv1.3, TLS_AES_128_GCM_SHA256 (training.encrypt = auto, spark.network.crypto.enabled = true)",
        Encryption.of(cluster().set(CRYPTO, "true"), configured(Encrypt.AUTO)).message());
  }
}
