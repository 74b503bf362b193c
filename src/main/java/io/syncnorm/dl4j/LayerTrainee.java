package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.config.AveragingSettings.OptimizerState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** A network that trains through DL4J's own layers, the normalized ones synchronized. */
final class LayerTrainee implements EpochLoop.Trainee {
  private final TrainableNetwork network;
  private final SyncScope scope;
  private final Communicator communicator;
  private final OptimizerState optimizerState;
  private final Iterator<MultiDataSet> batches;
  private final List<TrainingHook> hooks;
  private MultiDataSet batch;

  /**
   * @param scope around the network
   */
  LayerTrainee(
      TrainableNetwork network,
      SyncScope scope,
      Communicator communicator,
      OptimizerState optimizerState,
      Iterator<MultiDataSet> batches,
      List<TrainingHook> hooks) {
    this.network = network;
    this.scope = scope;
    this.communicator = communicator;
    this.optimizerState = optimizerState;
    this.batches = batches;
    this.hooks = hooks;
  }

  @Override
  public int load() {
    batch = batches.hasNext() ? batches.next() : null;
    return batch == null ? 0 : Math.toIntExact(RowBatches.rows(batch));
  }

  @Override
  public double step(int epoch, int step) {
    scope.at(epoch, step);
    if (batch == null) {
      scope.stepWithoutRows();
      return 0;
    }
    network.before(batch, hooks);
    network.fit(batch);
    network.after(batch, hooks);
    return network.model().score();
  }

  @Override
  public void merge(long tag, double weight) {
    scope.requireEqualStatistics(tag);
    NetworkVectors vectors = network.vectors();
    List<float[]> merged = new ArrayList<>(List.of(vectors.parameters()));
    if (optimizerState == OptimizerState.AVERAGE && vectors.updaterState().length > 0) {
      merged.add(vectors.updaterState());
    }
    communicator.weightedMean(tag, merged, weight);
    network.setVectors(vectors);
    if (optimizerState == OptimizerState.RESET) {
      network.updaterState().ifPresent(state -> state.assign(0));
    }
  }
}
