package io.syncnorm.experiment;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.spark.source.LoadListener;
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
        RunData rows = data.open(first, LoadListener.NONE);
        RunData same = data.open(other, LoadListener.NONE);
        SharedData.Dealt one = data.deal(first, rows);
        SharedData.Dealt two = data.deal(other, same);
        SharedData.Dealt three = data.deal(nextSeed, rows)) {
      assertSame(rows.loaded(), same.loaded());
      assertSame(one.sharded(), two.sharded());
      assertNotSame(one.sharded(), three.sharded());
    }
  }

  private static Configuration configuration(String... settings) {
    List<String> all =
        new ArrayList<>(List.of("data.limit-train=200", "data.limit-test=100", "training.world=2"));
    all.addAll(List.of(settings));
    return ConfigLoader.load(List.of(), all);
  }
}
