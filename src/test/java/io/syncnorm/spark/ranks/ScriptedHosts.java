package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.spark.slots.Hosts;
import io.syncnorm.train.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.api.java.JavaSparkContext;

/** Numbers of hosts, one after another, each as soon as the run is on the former. */
public final class ScriptedHosts implements Hosts {
  private final int[] numbers;
  private final List<Integer> started = new CopyOnWriteArrayList<>();

  public ScriptedHosts(int... numbers) {
    this.numbers = numbers;
  }

  /** Trains on these hosts. */
  public Progress run(JavaSparkContext spark, Configuration configuration, TrainingWork<?> work) {
    return work.run(new RankStage(spark, configuration, Duration.ofSeconds(5), world -> this));
  }

  /** The numbers of hosts on which ranks were started. */
  public List<Integer> started() {
    return List.copyOf(started);
  }

  /** Whether ranks have yet to be started on the last number of hosts. */
  public boolean isMoving() {
    return started.size() < numbers.length;
  }

  @Override
  public int await() {
    int next = numbers[started.size()];
    started.add(next);
    return next;
  }

  @Override
  public void restarted(double seconds) {
    assertTrue(seconds > 0);
  }

  @Override
  public void stepsTake(int hosts, double seconds) {
    assertTrue(seconds > 0);
  }

  @Override
  public Optional<String> change(int hosts, double secondsLeft) {
    assertTrue(secondsLeft >= 0);
    return isMoving() ? Optional.of("as scripted") : Optional.empty();
  }
}
