package io.syncnorm.spark.slots;

import io.syncnorm.config.Configuration;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.TaskSlots;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** Decides on how many hosts a run trains, anew whenever its ranks are started. */
public interface Hosts {
  /** Hosts on the task slots that Spark has, or gets when ranks want them. */
  static Hosts of(JavaSparkContext spark, Configuration configuration, int world) {
    return TaskSlots.areDynamic(spark)
        ? new DynamicHosts(spark, configuration, world)
        : new SlotHosts(spark, configuration, world);
  }

  /**
   * Waits until ranks can start, and returns the number of hosts to start; under dynamic allocation
   * the most that are wanted, without waiting.
   *
   * @throws SlotsException if there are too few slots in time
   */
  int await();

  /**
   * Notes that the ranks were restarted, and have made a step.
   *
   * @param seconds that they made none, without waiting for slots
   */
  void restarted(double seconds);

  /**
   * Notes how long steps take.
   *
   * @param hosts on which the ranks run
   * @param seconds time of a step, at best since they were started
   */
  void stepsTake(int hosts, double seconds);

  /**
   * Says why a run on so many hosts should pause and continue on another number of them. Called
   * again and again while the ranks make steps, on another thread than {@link #await}; it may take
   * a while to prepare them.
   *
   * @param secondsLeft how long the run still takes on these hosts
   * @return empty if it should stay on these hosts
   */
  Optional<String> change(int hosts, double secondsLeft);

  /** The ranks have ended. Slots that were taken to move to more hosts are freed. */
  default void ended() {}
}
