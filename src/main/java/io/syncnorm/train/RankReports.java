package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.config.Configuration;
import io.syncnorm.train.EpochReport.Wish;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import io.syncnorm.train.telemetry.StepTime;
import java.util.List;

/** What one rank reports at positions of the training. */
final class RankReports {
  private final Configuration configuration;
  private final int hiddenLayers;
  private final Communicator communicator;
  private EpochReport.Listener listener = (result, merged) -> {};
  private boolean hasStepped;
  private final StepTime stepTime = new StepTime();
  private final double[] agreed = new double[1];

  RankReports(Configuration configuration, int hiddenLayers, Communicator communicator) {
    this.configuration = configuration;
    this.hiddenLayers = hiddenLayers;
    this.communicator = communicator;
  }

  void listener(EpochReport.Listener reported) {
    listener = reported;
  }

  /** What this rank wants of the model at a position; only rank 0 may want anything. */
  Wish wishAt(Position position) {
    return communicator.rank() == 0 ? listener.wish(position) : Wish.NONE;
  }

  /** Tells all ranks the wish of rank 0, in an exchange. */
  Wish agree(long tag, Wish own) {
    agreed[0] = own.code();
    communicator.allReduce(tag, agreed, Communicator.SUM);
    return Wish.of(agreed[0]);
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
    stepTime.stepped(System.nanoTime());
  }

  /** Waits until the arrays of the last report may change. */
  void await() {
    listener.await();
  }

  void finished(EpochResult result, Snapshot merged, long[] counters) {
    if (communicator.rank() == 0) {
      stepTime.seconds().ifPresent(listener::stepsTake);
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
      stepTime.seconds().ifPresent(listener::stepsTake);
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
