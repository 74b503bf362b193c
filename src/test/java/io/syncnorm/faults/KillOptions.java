package io.syncnorm.faults;

import java.time.Duration;

/**
 * The options of {@link KillDrill}.
 *
 * @param kills how many executors are killed
 * @param stops how many executors are stopped afterwards
 * @param interval between two kills; stops are twice as far apart
 * @param seed determines victims and delays
 * @param world ranks; with fewer than three, one executor for each
 * @param checkpointSteps steps between checkpoints; 0 for one after each epoch
 * @param attempts {@code training.max-attempts}
 * @param jar the job jar to run; empty for this project's
 */
record KillOptions(
    int kills,
    int stops,
    Duration interval,
    long seed,
    int world,
    int checkpointSteps,
    int attempts,
    String jar) {

  /**
   * @param args the components in their order, with the interval in seconds; without a jar, this
   *     project's is meant
   */
  static KillOptions of(String... args) {
    return new KillOptions(
        Integer.parseInt(args[0]),
        Integer.parseInt(args[1]),
        Duration.ofSeconds(Long.parseLong(args[2])),
        Long.parseLong(args[3]),
        Integer.parseInt(args[4]),
        Integer.parseInt(args[5]),
        Integer.parseInt(args[6]),
        args.length > 7 ? args[7] : "");
  }
}
