package io.syncnorm.spark.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the world decides what is trained, and the number of task slots does not. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostsTest {
  private static final int WORLD = 8;
  private static final int ROWS = 403;
  private static final int INPUTS = 6;
  private static final int CLASSES = 3;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.averaging.every=step",
        "training.averaging.every=epoch",
        "training.averaging.merge=gradients"
      })
  void shouldTrainOneModelOnAnyNumberOfSlots(String setting) throws Exception {
    Set<String> hashes = new TreeSet<>();
    for (int slots : new int[] {1, 2, 3, 5, 8}) {
      hashes.add(trained(slots, configuration(setting)));
    }
    assertEquals(1, hashes.size(), hashes.toString());
  }

  /** Groups of ranks that share statistics span hosts, and each rank keeps its own optimizer. */
  @Test
  void shouldTrainOneModelWhereRanksDiffer() throws Exception {
    Configuration configuration =
        configuration(
            "model.batch-norm.sync=group(3)",
            "training.averaging.every=\"2 steps\"",
            "training.averaging.optimizer-state=keep");
    assertEquals(trained(8, configuration), trained(3, configuration));
  }

  private static String trained(int slots, Configuration configuration) throws Exception {
    List<Integer> epochs = new ArrayList<>();
    try (JavaSparkContext spark = LocalSpark.start("HostsTest", slots);
        DealtData data =
            GivenRows.dealt(
                spark, rows(1), rows(2), Dealing.SHUFFLED, WORLD, configuration.get(Keys.SEED))) {
      Snapshot last =
          new ShardTraining(spark, data, TraineeMaker.CONFIGURED)
              .run(
                  "test",
                  configuration,
                  Progress.from(Snapshot.fresh(configuration, INPUTS)),
                  (finished, progress) -> finished.forEach(result -> epochs.add(result.epoch())))
              .latest();
      assertEquals(List.of(1, 2), epochs);
      assertTrue(Float.isFinite(last.parameters()[0]));
      return sha256(last);
    }
  }

  private static String sha256(Snapshot snapshot) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (DataOutputStream out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
      snapshot.writeTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Configuration configuration(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.classes=" + CLASSES,
                "model.hidden=[8, 5]",
                "training.world=" + WORLD,
                "training.epochs=2",
                "training.batch-size=8"));
    all.addAll(List.of(settings));
    return ConfigLoader.load(List.of(), all);
  }

  private static Rows rows(long seed) {
    Random random = new Random(seed);
    float[] features = new float[ROWS * INPUTS];
    int[] labels = new int[ROWS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < ROWS; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
    return new Rows(INPUTS, new Features.Floats(features), labels);
  }
}
