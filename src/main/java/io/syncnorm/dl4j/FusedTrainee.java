package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.config.AveragingSettings.OptimizerState;
import io.syncnorm.data.MiniBatches;
import io.syncnorm.data.Rows;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.Network;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.RankReduction.Direction;
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
  private final MiniBatches batches;
  private final MiniBatch batch;
  private final Network network;
  private final float[] gradient;
  private int epoch;
  private int step;

  /**
   * @param state changed in place, as is {@code optimizer}
   */
  FusedTrainee(
      Architecture architecture,
      NetworkState state,
      Optimizer optimizer,
      OptimizerState optimizerState,
      Rows rows,
      int batchSize,
      Communicator communicator) {
    this.state = state;
    this.optimizer = optimizer;
    this.optimizerState = optimizerState;
    this.communicator = communicator;
    this.batches = MiniBatches.inOrder(rows, batchSize);
    this.batch = new MiniBatch(batches.features(), batches.labels(), batches.weights());
    this.network = new Network(architecture, batches.maxRows(), this::reduce);
    this.gradient = new float[state.parameters().length];
    batches.startEpoch(0);
  }

  @Override
  public int load() {
    int rows = batches.next();
    batch.show(batches.featuresAt(), rows);
    return rows;
  }

  @Override
  public double step(int atEpoch, int atStep) {
    epoch = atEpoch;
    step = atStep;
    network.forward(state, batch);
    network.backward(state, batch, gradient);
    if (batch.count() > 0) {
      optimizer.update(state.parameters(), gradient, 1f / batch.count());
    }
    return network.lossSum() / batch.count();
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
