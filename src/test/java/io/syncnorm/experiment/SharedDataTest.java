package io.syncnorm.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests runs of one process that share their data. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedDataTest {
  @Test
  void shouldReadAndDealSharedDataOnceForAllCells() {
    Configuration first = configuration("run.seed=1");
    Configuration other = configuration("run.seed=1", "training.batch-size=64");
    Configuration nextSeed = configuration("run.seed=2");
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("SharedDataTest")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf);
        SharedData data = new SharedData(spark);
        SharedData.Dealt one = data.deal(first);
        SharedData.Dealt two = data.deal(other);
        SharedData.Dealt three = data.deal(nextSeed)) {
      assertEquals(data.dataset(first), data.dataset(other));
      assertEquals(one.sharded().training(), two.sharded().training());
      assertEquals(one.sharded().test(), two.sharded().test());
      assertNotEquals(one.sharded().training(), three.sharded().training());
      assertEquals(one.sharded().test(), three.sharded().test());
      assertEquals(64, two.sharded().plan().batchSize());
    }
  }

  private static Configuration configuration(String... settings) {
    List<String> all =
        new ArrayList<>(List.of("data.limit-train=200", "data.limit-test=100", "training.world=2"));
    all.addAll(List.of(settings));
    return ConfigLoader.load(List.of(), all);
  }
}
