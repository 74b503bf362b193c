package io.syncnorm.plan;

import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.comm.fold.Placement;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Equal executors on equal machines. Consecutive ranks share an executor, and consecutive executors
 * a machine.
 *
 * @param ranksPerExecutor the last executor may have fewer
 * @param executorsPerMachine executors that share the cores and the network of a machine
 * @param coresPerMachine cores for the ranks of a machine
 * @param network between machines
 */
public record Cluster(
    int ranksPerExecutor, int executorsPerMachine, int coresPerMachine, LinkCost network) {
  /**
   * @throws IllegalArgumentException if a number is below 1
   */
  public Cluster {
    if (ranksPerExecutor < 1 || executorsPerMachine < 1 || coresPerMachine < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a cluster needs ranks, executors and cores: ranksPerExecutor=%d executorsPerMachine=%d coresPerMachine=%d",
              ranksPerExecutor,
              executorsPerMachine,
              coresPerMachine));
    }
  }

  /** Number of executors. */
  int executors(int world) {
    return (int) divideUp(world, ranksPerExecutor);
  }

  /** Ranks of an executor. */
  int ranksOfExecutor(int world) {
    return Math.min(world, ranksPerExecutor);
  }

  /** Ranks of a machine. */
  public int ranksOfMachine(int world) {
    return (int) Math.min(world, (long) ranksPerExecutor * executorsPerMachine);
  }

  /** How many ranks compute in turns on a core: 1 if each has a core of its own. */
  double ranksPerCore(int world) {
    return Math.max(1, (double) ranksOfMachine(world) / coresPerMachine);
  }

  /** The executor of each rank. */
  Placement placement(int world) {
    return new Placement(IntStream.range(0, world).map(rank -> rank / ranksPerExecutor).toArray());
  }

  /** What the network costs an executor, which shares it, and the cores, with others. */
  LinkCost link(int world) {
    int sharing = Math.min(executors(world), executorsPerMachine);
    return new LinkCost(
        network.latency(),
        network.overhead() * ranksPerCore(world),
        network.bytesPerSecond() / sharing);
  }

  private static long divideUp(long value, long by) {
    return (value + by - 1) / by;
  }
}
