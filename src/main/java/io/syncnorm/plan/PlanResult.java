package io.syncnorm.plan;

import java.util.List;

/**
 * What a training would cost on a cluster, as a result of the command line.
 *
 * @param status {@code done}
 */
public record PlanResult(
    String status, Model model, Measured measured, Machines cluster, List<World> worlds) {
  public PlanResult {
    worlds = List.copyOf(worlds);
  }

  /**
   * The network and its rows.
   *
   * @param inputs values of a row
   * @param hidden units of each hidden layer with weights; of a convolution its filters
   * @param rows training rows of an epoch
   * @param batchSize configured rows of a rank's mini-batch
   */
  public record Model(
      int inputs, List<Integer> hidden, int classes, long parameters, long rows, int batchSize) {
    public Model {
      hidden = List.copyOf(hidden);
    }
  }

  /**
   * What was measured.
   *
   * @param machine where
   * @param cores of the machine
   * @param steps one for each number of ranks on a core or a slot
   */
  public record Measured(String machine, int cores, List<Step> steps) {
    public Measured {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A step as measured.
   *
   * @param ranks of the machine
   * @param slots task slots, on which ranks compute in turns
   * @param seconds of a step with the configured mini-batch: {@code secondsPerStep + secondsPerRow
   *     * batchSize}
   * @param mergeSeconds of a merge, without the network
   */
  public record Step(
      int ranks,
      int slots,
      double seconds,
      double secondsPerStep,
      double secondsPerRow,
      double mergeSeconds) {}

  /**
   * The machines and their network.
   *
   * @param measuredBetween the executors between which the network was measured; empty if it was
   *     described
   * @param latencySeconds of a small message, overhead included
   * @param overheadSeconds of work for a message
   * @param bytesPerSecond of a machine in each direction
   */
  public record Machines(
      int ranksPerExecutor,
      int executorsPerMachine,
      int coresPerMachine,
      String measuredBetween,
      double latencySeconds,
      double overheadSeconds,
      double bytesPerSecond) {}

  /**
   * A world.
   *
   * @param batchSize rows of a rank's mini-batch: fewer than configured if an epoch has too few
   * @param stepSeconds computing and exchanging
   * @param exchangeSeconds the part of a step that the network takes
   * @param mergeSeconds of one merge
   * @param stepsPerEpoch the last one may be smaller
   * @param epochSeconds steps and merges, without an evaluation
   * @param efficiency the part of a step in which ranks compute, 0 to 1
   * @param efficientBatchSize the smallest mini-batch with an efficiency of 90 %
   * @param bytesPerStep sent by the executor that sends most
   * @param memoryBytes of an executor: rows, models and mini-batches of its ranks, without Spark
   */
  public record World(
      int ranks,
      int executors,
      long batchSize,
      double stepSeconds,
      double exchangeSeconds,
      double mergeSeconds,
      long stepsPerEpoch,
      double epochSeconds,
      double efficiency,
      long efficientBatchSize,
      long bytesPerStep,
      long memoryBytes) {}
}
