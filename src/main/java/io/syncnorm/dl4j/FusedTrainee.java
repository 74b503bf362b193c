package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.config.AveragingSettings.OptimizerState;
import io.syncnorm.data.FloatRows;
import io.syncnorm.nn.Network;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.RankReduction.Direction;
import io.syncnorm.nn.Stack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** A network that trains in the fused engine, its rows in the order in which they came. */
final class FusedTrainee implements EpochLoop.Trainee {
  private final NetworkState state;
  private final Optimizer optimizer;
  private final OptimizerState optimizerState;
  private final Communicator communicator;
  private final FloatRows all;
  private final int batchSize;
  private final Network network;
  private final int[] labels;
  private final float[] gradient;
  private int first;
  private int rows;
  private int epoch;
  private int step;

  /**
   * @param state changed in place, as is {@code optimizer}
   */
  FusedTrainee(
      Stack stack,
      NetworkState state,
      Optimizer optimizer,
      OptimizerState optimizerState,
      FloatRows rows,
      int batchSize,
      Communicator communicator) {
    this.state = state;
    this.optimizer = optimizer;
    this.optimizerState = optimizerState;
    this.communicator = communicator;
    this.all = rows;
    this.batchSize = batchSize;
    int maxRows = Math.max(1, Math.min(batchSize, rows.count()));
    this.network = new Network(stack, maxRows, this::reduce);
    this.labels = new int[maxRows];
    this.gradient = new float[state.parameters().length];
  }

  @Override
  public int load() {
    first += rows;
    rows = Math.min(batchSize, all.count() - first);
    for (int i = 0; i < rows; i++) {
      labels[i] = all.label(first + i);
    }
    return rows;
  }

  @Override
  public double step(int atEpoch, int atStep) {
    epoch = atEpoch;
    step = atStep;
    // Where they lie: copying them would take a twentieth of a step.
    int at = first * all.rowLength();
    network.forward(state, all.features(), at, labels, rows);
    network.backward(state, all.features(), at, labels, rows, gradient);
    if (rows > 0) {
      optimizer.update(state.parameters(), gradient, 1f / rows);
    }
    return network.lossSum() / rows;
  }

  @Override
  public void merge(long tag, double weight) {
    double[] agreement = {Arrays.hashCode(state.statistics())};
    communicator.allReduce(tag, agreement, FusedTrainee::agree);
    if (Double.isNaN(agreement[0])) {
      throw new IllegalStateException(
          "running statistics differ between ranks though they are synchronized: rank="
              + communicator.rank());
    }
    List<float[]> merged = new ArrayList<>(List.of(state.parameters()));
    if (optimizerState == OptimizerState.AVERAGE) {
      merged.addAll(optimizer.slots());
    }
    communicator.weightedMean(tag, merged, weight);
  }

  private static void agree(double[] into, double[] other) {
    into[0] = into[0] == other[0] ? into[0] : Double.NaN;
  }

  private void reduce(
      int layer, Direction direction, double[] values, BiConsumer<double[], double[]> fold) {
    Kind kind = direction == Direction.FORWARD ? Kind.FORWARD : Kind.BACKWARD;
    communicator.allReduce(Tag.of(epoch, step, layer, kind), values, fold);
  }
}
