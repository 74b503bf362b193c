package io.syncnorm.spark.slots;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.TaskSlots;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Hosts under dynamic allocation: as many as a {@link Gang} gathers. While ranks train on fewer,
 * {@link Spares} make Spark request more slots, and hold those that come until the ranks move.
 */
final class DynamicHosts implements Hosts {
  private final JavaSparkContext spark;
  private final int most;
  private final Growth growth;
  private Optional<Spares> spares = Optional.empty();
  private boolean hasEnded;

  DynamicHosts(JavaSparkContext spark, Configuration configuration, int world) {
    int fewest = Math.min(world, configuration.get(Keys.MIN_SLOTS));
    this.spark = spark;
    this.most = Math.max(fewest, Math.min(world, TaskSlots.most(spark)));
    this.growth = new Growth(world, fewest);
  }

  /** Returns the most hosts that may pay, which are gathered afterwards. */
  @Override
  public synchronized int await() {
    hasEnded = false;
    return growth.fastest(most, System.nanoTime());
  }

  @Override
  public void restarted(double seconds) {
    growth.restarted(seconds, System.nanoTime());
  }

  @Override
  public void stepsTake(int hosts, double seconds) {
    growth.stepsTake(hosts, seconds, System.nanoTime());
  }

  /** Takes no slots while another gang gathers: that one may have none yet. */
  @Override
  public synchronized Optional<String> change(int hosts, double secondsLeft) {
    if (hasEnded || spark.sc().isStopped()) {
      return Optional.empty();
    }
    boolean isOver = spares.isPresent() && spares.get().failure().isPresent();
    if (isOver
        || Gang.isGathering(spark)
        || !growth.pays(hosts, most, secondsLeft, System.nanoTime())) {
      release();
      return Optional.empty();
    }
    if (spares.isEmpty()) {
      spares =
          Optional.of(
              Spares.submit(
                  spark,
                  most - hosts,
                  String.format(Locale.ROOT, "holding up to %d more task slots", most - hosts)));
    }
    int now = hosts + spares.get().held();
    int next = growth.next(hosts, now, secondsLeft, System.nanoTime());
    return next > hosts ? Optional.of("more task slots") : Optional.empty();
  }

  @Override
  public synchronized void ended() {
    hasEnded = true;
    release();
  }

  private void release() {
    spares.ifPresent(Spares::close);
    spares = Optional.empty();
  }
}
