package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.config.AveragingSettings.OptimizerState;
import io.syncnorm.config.BatchNormSettings.Sync;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Merges the ranks' models: parameters, and what the optimizer remembers, become their mean over
 * the ranks, weighted with the rows each rank has trained on since the last merge, or with the sum
 * of their weights where rows have weights.
 */
final class Averaging {
  private final NetworkState state;
  private final Optimizer optimizer;
  private final OptimizerState optimizerState;
  private final Sync sync;
  private final Communicator communicator;
  private final List<float[]> merged = new ArrayList<>();

  /** {@code [updates, hash of the running statistics, weight of all ranks]}. */
  private final double[] agreement = new double[3];

  private double weightSinceMerge;

  Averaging(
      NetworkState state,
      Optimizer optimizer,
      OptimizerState optimizerState,
      Sync sync,
      Communicator communicator) {
    this.state = state;
    this.optimizer = optimizer;
    this.optimizerState = optimizerState;
    this.sync = sync;
    this.communicator = communicator;
    merged.add(state.parameters());
    if (sync == Sync.LOCAL) {
      merged.add(state.statistics());
    }
    if (optimizerState == OptimizerState.AVERAGE) {
      merged.addAll(optimizer.slots());
    }
  }

  void addWeight(double weight) {
    weightSinceMerge += weight;
  }

  void merge(long tag) {
    agreement[0] = (double) optimizer.updates();
    agreement[1] = sync == Sync.GLOBAL ? Arrays.hashCode(state.statistics()) : 0;
    agreement[2] = weightSinceMerge;
    communicator.allReduce(tag, agreement, Averaging::agree);
    if (Double.isNaN(agreement[1])) {
      throw new IllegalStateException(
          "running statistics differ between ranks though they are synchronized: rank="
              + communicator.rank());
    }
    if (agreement[2] > 0) { // else no rank has made an update, and the models are still equal
      communicator.weightedMean(tag, merged, weightSinceMerge);
    }
    weightSinceMerge = 0;
    switch (optimizerState) {
      case AVERAGE -> optimizer.setUpdates((long) agreement[0]);
      case RESET -> optimizer.reset();
      case KEEP -> {
        // Each rank goes on with its own.
      }
    }
  }

  private static void agree(double[] into, double[] other) {
    into[0] = Math.max(into[0], other[0]);
    into[1] = into[1] == other[1] ? into[1] : Double.NaN;
    into[2] += other[2];
  }
}
