package io.syncnorm.spark.slots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.TaskSlots;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that free slots are held, and freed again. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SparesTest {
  private static final int SLOTS = 3;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start("SparesTest", SLOTS);
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @Test
  void shouldHoldTheSlotsThatAreFree() throws InterruptedException {
    try (Spares two = Spares.submit(spark, 2, "two")) {
      await(() -> two.held() == 2);
      try (Spares more = Spares.submit(spark, 2, "one of two has no slot")) {
        await(() -> more.held() == 1);
        assertTrue(more.failure().isEmpty());
        assertEquals(2, two.held());
      }
    }
    assertFalse(TaskSlots.areBusy(spark), "the slots are free");
    assertEquals(SLOTS, spark.parallelize(List.of(1, 1, 1), SLOTS).count(), "other jobs run");
  }

  @Test
  void shouldTakeASlotThatBecomesFree() throws InterruptedException {
    Spares all = Spares.submit(spark, SLOTS, "all");
    await(() -> all.held() == SLOTS);
    try (Spares waiting = Spares.submit(spark, 1, "waits")) {
      assertEquals(0, waiting.held());
      all.close();
      await(() -> waiting.held() == 1);
    }
  }

  @Test
  void shouldTellWhenTheCallersJobGroupIsCancelled() throws InterruptedException {
    spark.setJobGroup("of the caller", "", false);
    try (Spares spares = Spares.submit(spark, 1, "cancelled")) {
      await(() -> spares.held() == 1);
      spark.cancelJobGroup("of the caller");
      await(() -> spares.failure().isPresent() && spares.held() == 0);
      assertTrue(Interruption.isCancelled(spares.failure().get()), spares.failure()::toString);
    } finally {
      spark.clearJobGroup();
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(10);
    }
  }
}
