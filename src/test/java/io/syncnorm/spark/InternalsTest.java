package io.syncnorm.spark;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Future;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls what Spark keeps private, in the version of Spark that the build has. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InternalsTest {
  @Test
  void shouldSayWhatSettingsMean() {
    SparkConf local = LocalSpark.conf("InternalsTest", 2);
    assertTrue(Internals.isLocal(local));
    assertFalse(Internals.isDynamic(local));
    SparkConf cluster =
        new SparkConf()
            .setMaster("spark://127.0.0.1:7077")
            .set("spark.dynamicAllocation.enabled", "true");
    assertFalse(Internals.isLocal(cluster));
    assertTrue(Internals.isDynamic(cluster));
  }

  @Test
  void shouldCountSlotsAndSeeRunningTasks() {
    try (JavaSparkContext spark = LocalSpark.start("InternalsTest", 3)) {
      assertEquals(3, Internals.maxTasks(spark.sc()));
      assertFalse(Internals.hasRunningTasks(spark.sc()));
      Future<Void> job = spark.parallelize(List.of(1), 1).foreachAsync(r -> Thread.sleep(60_000));
      while (!Internals.hasRunningTasks(spark.sc())) {
        Thread.onSpinWait();
      }
      job.cancel(true);
    }
  }

  /** In local mode there is no executor to replace, but the calls exist. */
  @Test
  void shouldAskForAnotherExecutor() {
    try (JavaSparkContext spark = LocalSpark.start("InternalsTest", 1)) {
      assertDoesNotThrow(() -> Internals.replaceExecutor(spark.sc(), "7"));
    }
  }
}
