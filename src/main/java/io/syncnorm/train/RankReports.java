package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.config.Configuration;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import java.util.List;

/** What one rank reports at positions of the training. */
final class RankReports {
  private final Configuration configuration;
  private final int hiddenLayers;
  private final Communicator communicator;
  private EpochReport.Listener listener = (result, merged) -> {};
  private boolean hasStepped;

  RankReports(Configuration configuration, int hiddenLayers, Communicator communicator) {
    this.configuration = configuration;
    this.hiddenLayers = hiddenLayers;
    this.communicator = communicator;
  }

  void listener(EpochReport.Listener reported) {
    listener = reported;
  }

  /** Whether this rank wants the model at a position inside an epoch; only rank 0 may. */
  boolean areWantedAt(Position position) {
    return communicator.rank() == 0 && listener.wants(position);
  }

  /**
   * Notes a step.
   *
   * @param epoch epochs completed before it
   * @param step steps of the epoch completed before it
   */
  void stepped(int epoch, int step) {
    if (!hasStepped && communicator.rank() == 0) {
      listener.began(new Position(epoch, step));
    }
    hasStepped = true;
  }

  /** Waits until the arrays of the last report may change. */
  void await() {
    listener.await();
  }

  void finished(EpochResult result, Snapshot merged, long[] counters) {
    if (communicator.rank() == 0) {
      listener.finished(result, merged);
    }
    keep(merged, counters, new double[0]);
  }

  /**
   * Reports a model inside an epoch.
   *
   * @param sums sums of the epoch so far
   */
  void reached(Snapshot merged, long[] counters, double[] sums) {
    if (communicator.rank() == 0) {
      listener.reached(merged);
    }
    keep(merged, counters, sums);
  }

  private void keep(Snapshot merged, long[] counters, double[] sums) {
    RankState.Shape shape = merged.besides(configuration, hiddenLayers, communicator.world());
    if (shape.bytes() == 0 || communicator.rank() < shape.first()) {
      return;
    }
    listener.keeps(
        merged.position(),
        new RankState(
            counters,
            sums,
            shape.slots().isEmpty() ? List.of() : merged.optimizerSlots(),
            shape.statistics() == 0 ? new float[0] : merged.statistics()));
  }
}
