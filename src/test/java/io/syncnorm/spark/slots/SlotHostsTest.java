package io.syncnorm.spark.slots;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.spark.LocalSpark;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests on how many of the slots that there are a run trains. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SlotHostsTest {
  private static final int SLOTS = 3;
  private static final double LONG = 1000;
  private static final Queue<String> JOBS = new ConcurrentLinkedQueue<>();
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start("SlotHostsTest", SLOTS);
    spark
        .sc()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onJobStart(SparkListenerJobStart job) {
                JOBS.add(job.properties().getProperty("spark.job.description"));
              }
            });
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @Test
  void shouldMoveToMoreSlots() throws InterruptedException {
    assertEquals("more task slots", awaitChange(hosts()));
    assertPrepared();
  }

  @Test
  void shouldStayOnFewerSlotsIfStepsWereFasterThere() throws InterruptedException {
    Hosts hosts = hosts();
    hosts.stepsTake(2, 0.01);
    hosts.stepsTake(SLOTS, 0.02);
    assertEquals(2, hosts.await());
    while (JOBS.isEmpty()) {
      assertEquals(Optional.empty(), hosts.change(2, LONG));
      Thread.sleep(10);
    }
    assertPrepared();
    assertEquals(Optional.empty(), hosts.change(2, LONG));
    assertEquals(0, JOBS.size(), "the third slot is ready");
    hosts.stepsTake(SLOTS, 0.005);
    assertEquals("more task slots", awaitChange(hosts));
    assertEquals(0, JOBS.size(), "the third slot is ready");
  }

  private static Hosts hosts() {
    return Hosts.of(spark, ConfigLoader.load(List.of(), List.of()), SLOTS);
  }

  private static String awaitChange(Hosts hosts) throws InterruptedException {
    for (; ; ) {
      Optional<String> change = hosts.change(2, LONG);
      if (change.isPresent()) {
        return change.get();
      }
      Thread.sleep(10);
    }
  }

  private static void assertPrepared() {
    assertEquals("preparing 1 more task slots", JOBS.remove());
  }
}
