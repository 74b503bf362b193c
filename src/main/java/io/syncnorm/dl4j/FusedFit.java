package io.syncnorm.dl4j;

import io.syncnorm.config.AveragingSettings.OptimizerState;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;

/** The way of one network into the fused engine and back. */
final class FusedFit {
  private final FusedNetwork fused;
  private final BaseMultiLayerUpdater<?> updater;
  private final NetworkVectors before;
  private final FusedStart start;

  private FusedFit(FusedNetwork fused, MultiLayerNetwork network, NetworkVectors before) {
    this.fused = fused;
    this.before = before;
    this.updater = (BaseMultiLayerUpdater<?>) network.getUpdater();
    NetworkState state = fused.state(before.parameters());
    Optimizer optimizer = fused.updater().optimizer(fused.places().length);
    FusedUpdater.load(updater, fused.places(), before.updaterState(), optimizer.slots());
    this.start =
        new FusedStart(
            fused.architecture(),
            fused.updater(),
            state.parameters(),
            state.statistics(),
            optimizer.slots(),
            network.getIterationCount(),
            network.getEpochCount());
  }

  /**
   * @throws NotFusedException if it is not a way that the network, or what is to be done with it,
   *     can go
   */
  static FusedFit of(
      TrainableNetwork network, int world, MasterSettings settings, RankListeners listeners) {
    if (!(network instanceof TrainableNetwork.Chain chain)) {
      throw new NotFusedException("the network is a graph");
    }
    if (!listeners.isEmpty()) {
      throw new NotFusedException("hooks or listeners want to see the network at each mini-batch");
    }
    FusedNetwork fused = FusedReader.read(chain.network().getLayerWiseConfigurations(), world);
    OptimizerState state = settings.configuration().training().averaging().optimizerState();
    if (state == OptimizerState.RESET && fused.updater() instanceof FusedUpdater.AdamRule) {
      throw new NotFusedException(
          "Adam's state is to be reset while DL4J's count of iterations goes on");
    }
    return new FusedFit(fused, chain.network(), network.vectors());
  }

  Architecture architecture() {
    return fused.architecture();
  }

  FusedStart start() {
    return start;
  }

  /** What the ranks came to, as DL4J has it. */
  NetworkVectors home(NetworkVectors trained) {
    float[] updaterState = before.updaterState().clone();
    FusedUpdater.store(updater, fused.places(), start.slotsOf(trained), updaterState);
    return new NetworkVectors(
        fused.flat(start.stateOf(trained), before.parameters()), updaterState);
  }
}
