package io.syncnorm.spark.ranks;

import java.util.Optional;

/** Decides on how many hosts a run trains, anew whenever its ranks are started. */
interface Hosts {
  /**
   * Waits until ranks can start, and returns the number of hosts to start; under dynamic allocation
   * the most, without waiting.
   *
   * @throws io.syncnorm.spark.TaskSlots.SlotsException if there are too few slots in time
   */
  int await();

  /**
   * Notes that the ranks were restarted, and have made a step.
   *
   * @param seconds that they made none, without waiting for slots
   */
  void restarted(double seconds);

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
