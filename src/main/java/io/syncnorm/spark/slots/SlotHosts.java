package io.syncnorm.spark.slots;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.TaskSlots;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * As many hosts as there are task slots, at most one per rank; fewer if the run was faster on them.
 */
final class SlotHosts implements Hosts {
  private final JavaSparkContext spark;
  private final Configuration configuration;
  private final int world;
  private final int fewest;
  private final Growth growth;

  /** Slots without ranks that are ready for some. */
  private volatile int prepared;

  SlotHosts(JavaSparkContext spark, Configuration configuration, int world) {
    this.spark = spark;
    this.configuration = configuration;
    this.world = world;
    this.fewest = Math.min(world, configuration.get(Keys.MIN_SLOTS));
    this.growth = new Growth(world, fewest);
  }

  @Override
  public int await() {
    prepared = 0; // executors may have come and gone since ranks were watched
    int slots = TaskSlots.await(spark, fewest, configuration.get(Keys.SLOT_TIMEOUT));
    return growth.fastest(slots, System.nanoTime());
  }

  @Override
  public void restarted(double seconds) {
    growth.restarted(seconds, System.nanoTime());
  }

  @Override
  public void stepsTake(int hosts, double seconds) {
    growth.stepsTake(hosts, seconds, System.nanoTime());
  }

  @Override
  public Optional<String> change(int hosts, double secondsLeft) {
    if (spark.sc().isStopped()) {
      return Optional.empty();
    }
    int available = TaskSlots.available(spark);
    long now = System.nanoTime();
    int next = growth.next(hosts, available, secondsLeft, now);
    int unused = Math.max(0, Math.min(world, available) - hosts);
    prepared = Math.min(prepared, unused);
    if (growth.isSettled(now) && unused > prepared) { // a loss may need them before they pay
      if (!Spares.warmUp(spark, unused)) {
        growth.postponed(System.nanoTime());
        return Optional.empty();
      }
      prepared = unused;
    }
    if (next == hosts) {
      return Optional.empty();
    }
    return Optional.of(next > hosts ? "more task slots" : "fewer task slots");
  }
}
