package io.syncnorm.spark.slots;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.TaskSlots;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** As many hosts as there are task slots, at most one per rank. */
final class SlotHosts implements Hosts {
  private final JavaSparkContext spark;
  private final Configuration configuration;
  private final int world;
  private final int fewest;
  private final Growth growth;

  SlotHosts(JavaSparkContext spark, Configuration configuration, int world) {
    this.spark = spark;
    this.configuration = configuration;
    this.world = world;
    this.fewest = Math.min(world, configuration.get(Keys.MIN_SLOTS));
    this.growth = new Growth(world, fewest);
  }

  @Override
  public int await() {
    return Math.min(world, TaskSlots.await(spark, fewest, configuration.get(Keys.SLOT_TIMEOUT)));
  }

  @Override
  public void restarted(double seconds) {
    growth.restarted(seconds, System.nanoTime());
  }

  @Override
  public Optional<String> change(int hosts, double secondsLeft) {
    if (spark.sc().isStopped()) {
      return Optional.empty();
    }
    int next = growth.next(hosts, TaskSlots.available(spark), secondsLeft, System.nanoTime());
    if (next == hosts) {
      return Optional.empty();
    }
    if (next > hosts && !Spares.warmUp(spark, next - hosts)) {
      growth.postponed(System.nanoTime());
      return Optional.empty();
    }
    return Optional.of(next > hosts ? "more task slots" : "fewer task slots");
  }
}
