package io.syncnorm.dl4j;

import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.spark.RankProgram;
import io.syncnorm.spark.Sent;
import java.util.Iterator;

/** One rank's fit in the fused engine. */
record FusedProgram(
    Configuration configuration, Sent<FusedStart> start, Timeline.Recording recording)
    implements RankProgram<PackedRows> {
  private static final long serialVersionUID = 1;

  @Override
  public void run(Membership membership, Iterator<PackedRows> partition) {
    Timeline timeline = new Timeline(recording);
    long startNanos = System.nanoTime();
    FusedStart from = start.value();
    Architecture architecture = from.architecture();
    NetworkState state = from.state().copy();
    Optimizer optimizer = from.optimizer();
    timeline.opened(startNanos);
    PackedRows own = partition.next();
    membership.awaitLoaded(configuration.training().faults().loadTimeout());
    EpochLoop.Outcome outcome =
        new EpochLoop(
                membership.communicator(), configuration.training().averaging().every(), timeline)
            .run(
                from.epoch(),
                new FusedTrainee(
                    architecture,
                    state,
                    optimizer,
                    configuration.training().averaging().optimizerState(),
                    own.rows(),
                    configuration.training().batchSize(),
                    membership.communicator()));
    if (membership.communicator().rank() == 0) {
      membership
          .driver()
          .report(FitReport.of(new FitOutcome(outcome, FusedStart.vectors(state, optimizer))));
    }
    if (timeline.isRecorded()) {
      membership.driver().report(FitReport.of(timeline));
    }
  }
}
