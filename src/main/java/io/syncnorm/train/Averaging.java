package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.RankGroup;
import io.syncnorm.config.AveragingSettings.Merge;
import io.syncnorm.config.AveragingSettings.OptimizerState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Merges the ranks' models: parameters, and what the optimizer remembers, become their mean over
 * the ranks, weighted with the rows each rank has trained on since the last merge, or with the sum
 * of their weights where rows have weights (local SGD; Stich 2019, "Local SGD Converges Fast and
 * Communicates Little"). Then the outer optimizer has its turn.
 *
 * <p>What must be equal on all ranks by construction is not averaged but compared, by its hash.
 */
final class Averaging {
  /** Looks on while parameters are averaged. */
  interface Observer {
    Observer NONE =
        new Observer() {
          @Override
          public void beforeMean() {}

          @Override
          public void afterMean(double weight) {}
        };

    /** The rank's own parameters are about to be replaced. */
    void beforeMean();

    /**
     * They are the mean now.
     *
     * @param weight of the rank in it
     */
    void afterMean(double weight);
  }

  private final RankModel model;
  private final OptimizerState optimizerState;
  private final int groupSize;
  private final RankGroup group;
  private final Communicator communicator;

  /** Averaged where ranks have trained by themselves. */
  private final List<float[]> trained = new ArrayList<>();

  /** Averaged in any case: running statistics, where they are not those of all ranks. */
  private final List<float[]> statistics;

  /** {@code [updates, hash of the statistics, hash of the model, weight of all ranks]}. */
  private final double[] agreement = new double[4];

  private final double[] groupAgreement = new double[1];
  private double weightSinceMerge;

  /**
   * @param groupSize ranks that have their statistics in common, 1 to the world
   */
  Averaging(
      RankModel model, OptimizerState optimizerState, int groupSize, Communicator communicator) {
    this.model = model;
    this.optimizerState = optimizerState;
    this.groupSize = groupSize;
    this.group = RankGroup.of(communicator.rank(), groupSize, communicator.world());
    this.communicator = communicator;
    this.statistics =
        groupSize == communicator.world() ? List.of() : List.of(model.state().statistics());
    trained.add(model.state().parameters());
    trained.addAll(statistics);
    if (optimizerState == OptimizerState.AVERAGE) {
      trained.addAll(model.optimizer().slots());
    }
  }

  void addWeight(double weight) {
    weightSinceMerge += weight;
  }

  /**
   * @param merge what the ranks have averaged since the last time: nothing of their parameters, or
   *     the gradients of each step
   */
  void merge(long tag, Merge merge, Observer observer) {
    agreement[0] = (double) model.optimizer().updates();
    agreement[1] = groupSize == communicator.world() ? hashOfStatistics() : 0;
    agreement[2] = merge == Merge.GRADIENTS ? hashOfModel() : 0;
    agreement[3] = weightSinceMerge;
    communicator.allReduce(tag, agreement, Averaging::agree);
    requireAgreement(agreement[1], "running statistics differ though they are synchronized");
    requireAgreement(agreement[2], "models differ though their gradients are averaged");
    if (groupSize > 1 && groupSize < communicator.world()) {
      groupAgreement[0] = hashOfStatistics();
      communicator.allReduce(tag, groupAgreement, group, Averaging::same);
      requireAgreement(groupAgreement[0], "running statistics differ within a group");
    }
    List<float[]> vectors = merge == Merge.GRADIENTS ? statistics : trained;
    boolean hasTrained = agreement[3] > 0; // else the models are still equal
    observer.beforeMean();
    if (hasTrained && !vectors.isEmpty()) {
      communicator.weightedMean(tag, vectors, weightSinceMerge);
    }
    observer.afterMean(weightSinceMerge);
    weightSinceMerge = 0;
    if (merge == Merge.GRADIENTS) {
      model.outer().setOut(model.state().parameters());
    } else {
      mergeOptimizers(hasTrained);
    }
  }

  private void mergeOptimizers(boolean hasTrained) {
    if (hasTrained) {
      model.outer().step(model.state().parameters());
    }
    switch (optimizerState) {
      case AVERAGE -> model.optimizer().setUpdates((long) agreement[0]);
      case RESET -> model.optimizer().reset();
      case KEEP -> {
        // Each rank goes on with its own.
      }
    }
  }

  private int hashOfStatistics() {
    return Arrays.hashCode(model.state().statistics());
  }

  private int hashOfModel() {
    int hash = Arrays.hashCode(model.state().parameters());
    for (float[] slot : model.optimizer().slots()) {
      hash = 31 * hash + Arrays.hashCode(slot);
    }
    return 31 * hash + Long.hashCode(model.optimizer().updates());
  }

  private void requireAgreement(double hash, String difference) {
    if (Double.isNaN(hash)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s: rank=%d world=%d; the ranks' machines may compute differently",
              difference,
              communicator.rank(),
              communicator.world()));
    }
  }

  private static void agree(double[] into, double[] other) {
    into[0] = Math.max(into[0], other[0]);
    into[1] = equalOrNan(into[1], other[1]);
    into[2] = equalOrNan(into[2], other[2]);
    into[3] += other[3];
  }

  private static void same(double[] into, double[] other) {
    into[0] = equalOrNan(into[0], other[0]);
  }

  private static double equalOrNan(double hash, double other) {
    return hash == other ? hash : Double.NaN;
  }
}
