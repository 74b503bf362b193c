package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Piece;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.spark.ranks.RankOpener;
import io.syncnorm.spark.shard.ShardLoading;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.FusedTrainee;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.util.Iterator;
import java.util.Optional;

/** Prepares a rank's fit with the fused engine. */
record FusedOpener(
    Configuration configuration,
    Blueprint blueprint,
    StepPlan plan,
    ShardLoading loading,
    Timeline.Recording recording)
    implements RankOpener<Piece> {
  private static final long serialVersionUID = 1;

  @Override
  public Optional<RankTraining> open(
      Membership membership, Iterator<Piece> pieces, Optional<Start> start) {
    Timeline timeline = new Timeline(recording, membership, () -> {});
    Communicator ranks = membership.communicator();
    long startNanos = System.nanoTime();
    Snapshot from = start.orElseThrow().of(ranks.rank());
    timeline.opened(startNanos);
    Shard own = loading.load(ranks.rank(), pieces, configuration);
    ranks.awaitLoaded(configuration.get(Keys.LOAD_TIMEOUT));
    return Optional.of(
        new RankTraining(
            configuration,
            own,
            Optional.of(plan),
            reduction ->
                new FusedTrainee(
                    blueprint,
                    configuration,
                    own,
                    from,
                    SingleRow.refusedBy(reduction, configuration)),
            from,
            ranks,
            timeline));
  }
}
