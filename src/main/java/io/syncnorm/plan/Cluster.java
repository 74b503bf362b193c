package io.syncnorm.plan;

import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.comm.fold.Placement;
import java.io.Serializable;
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
    int ranksPerExecutor, int executorsPerMachine, int coresPerMachine, LinkCost network)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if a number is below 1
   */
  public Cluster {
    if (ranksPerExecutor < 1 || executorsPerMachine < 1 || coresPerMachine < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a cluster needs ranks, executors and cores: ranksPerExecutor=%d"
                  + " executorsPerMachine=%d coresPerMachine=%d",
              ranksPerExecutor,
              executorsPerMachine,
              coresPerMachine));
    }
  }

  /** This cluster on another network. */
  public Cluster on(LinkCost other) {
    return new Cluster(ranksPerExecutor, executorsPerMachine, coresPerMachine, other);
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

  /**
   * The ranks that have to compute at once on another machine, so that a step takes as long there:
   * as many as on a machine of the cluster, or as many on a core. One on a core if it has more
   * cores than a machine of the cluster, whose ranks would not be in each other's way there.
   *
   * @param cores of the other machine
   */
  Crowd crowd(int world, int cores) {
    int ranks = ranksOfMachine(world);
    if (ranks <= coresPerMachine || cores > coresPerMachine) {
      return Crowd.each(Math.min(cores, ranks));
    }
    double ofRank = ranksPerCore(world) * cores / ranks;
    return new Crowd(
        (int) Math.round(ranks * ofRank), (int) Math.max(1, Math.round(slots(ranks) * ofRank)));
  }

  /**
   * Task slots of a machine: its cores are divided evenly over its executors, which have one slot
   * at least.
   *
   * @param ranks of the machine
   */
  private int slots(int ranks) {
    int executors = executors(ranks);
    return Math.min(ranks, executors * Math.max(1, coresPerMachine / executors));
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
