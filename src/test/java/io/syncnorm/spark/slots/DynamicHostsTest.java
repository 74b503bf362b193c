package io.syncnorm.spark.slots;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.TaskSlots;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests when a run under dynamic allocation requests and holds more slots than it uses. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DynamicHostsTest {
  private static final int SLOTS = 2;
  private static final int WORLD = 2;

  /** The half of it, which a second host saves, is more than two restarts, or less. */
  private static final double LONG = 1000;

  private static final double SHORT = 11;
  private static final Optional<String> STAYS = Optional.empty();
  private static final Optional<String> MOVES = Optional.of("more task slots");
  private static final Configuration CONFIGURATION =
      Configuration.defaults().with(Keys.MIN_SLOTS, 1);

  private static JavaSparkContext spark;

  private final DynamicHosts hosts = new DynamicHosts(spark, CONFIGURATION, WORLD);

  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            LocalSpark.conf("DynamicHostsTest", SLOTS)
                .set("spark.dynamicAllocation.enabled", "true")
                .set("spark.dynamicAllocation.testing", "true")); // or local mode ignores it
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @AfterEach
  void free() throws InterruptedException {
    hosts.ended();
    await(() -> jobs() == 0 && !TaskSlots.areBusy(spark));
  }

  @Test
  void shouldRequestSlotsOnlyWhileMovingCouldPay() throws InterruptedException {
    assertRequestsNone(1, SHORT);
    assertRequestsNone(WORLD, LONG); // there cannot be more hosts than ranks
    assertEquals(STAYS, hosts.change(1, LONG));
    await(() -> jobs() == 1 && TaskSlots.areBusy(spark));
    assertEquals(STAYS, hosts.change(1, SHORT));
    await(() -> jobs() == 0 && !TaskSlots.areBusy(spark));
  }

  @Test
  void shouldMoveWhenTheSlotsThatItRequestedAreThere() throws InterruptedException {
    try (Spares others = Spares.submit(spark, SLOTS, "another job")) {
      await(() -> others.held() == SLOTS);
      long start = System.nanoTime();
      do {
        assertEquals(STAYS, hosts.change(1, LONG));
        Thread.sleep(100);
      } while (System.nanoTime() - start < 1_500_000_000L); // longer than slots must be stable
      await(() -> jobs() == 2); // its own job is pending
    }
    await(() -> hosts.change(1, LONG).equals(MOVES));
    assertEquals(1, jobs(), "it holds the slot until the ranks have paused");
  }

  /** The gang may have no slot yet. */
  @Test
  void shouldReleaseItsSlotsWhileAnotherGangGathers() throws Exception {
    assertEquals(STAYS, hosts.change(1, LONG));
    await(() -> TaskSlots.areBusy(spark));
    CompletableFuture<Gang> gathering =
        CompletableFuture.supplyAsync(
            () -> Gang.gather(spark, CONFIGURATION.with(Keys.MIN_SLOTS, SLOTS), SLOTS, false));
    await(() -> Gang.isGathering(spark));
    assertEquals(STAYS, hosts.change(1, LONG));
    try (Gang gang = gathering.get()) {
      assertEquals(SLOTS, gang.hosts());
      await(() -> jobs() == 0);
      assertRequestsNone(1, LONG);
    }
    assertEquals(STAYS, hosts.change(1, LONG), "all of them have started");
    await(() -> jobs() == 1);
  }

  @Test
  void shouldFreeAllSlotsWhenTheRanksHaveEnded() throws InterruptedException {
    assertEquals(STAYS, hosts.change(1, LONG));
    await(() -> TaskSlots.areBusy(spark));
    hosts.ended();
    await(() -> jobs() == 0 && !TaskSlots.areBusy(spark));
    assertRequestsNone(1, LONG); // although the watch may ask once more
    assertEquals(WORLD, hosts.await());
    assertEquals(STAYS, hosts.change(1, LONG));
    await(() -> jobs() == 1);
  }

  @Test
  void shouldWantFewerHostsIfStepsWereFasterThere() throws InterruptedException {
    assertEquals(WORLD, hosts.await());
    hosts.stepsTake(1, 0.01);
    hosts.stepsTake(WORLD, 0.02);
    assertEquals(1, hosts.await());
    assertRequestsNone(1, LONG);
  }

  private void assertRequestsNone(int present, double secondsLeft) throws InterruptedException {
    assertEquals(STAYS, hosts.change(present, secondsLeft));
    Thread.sleep(300); // Spark's events take a moment
    assertEquals(0, jobs());
  }

  private static int jobs() {
    return spark.statusTracker().getActiveJobIds().length;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(10);
    }
  }
}
