package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.comm.Tag;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import io.syncnorm.dl4j.fused.PackedRows;
import io.syncnorm.spark.RankOpener;
import io.syncnorm.spark.Sent;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.FusedTrainee;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;

/** Prepares a rank's fit with the fused engine. */
record FusedOpener(Configuration configuration, Blueprint blueprint, Timeline.Recording recording)
    implements RankOpener<PackedRows> {
  private static final long serialVersionUID = 1;

  @Override
  public Optional<RankTraining> open(
      Membership membership, Iterator<PackedRows> partition, Optional<Sent<Snapshot>> start) {
    Timeline timeline = new Timeline(recording, membership, () -> {});
    Communicator ranks = membership.communicator();
    int inputs = blueprint.architecture().inputs();
    long startNanos = System.nanoTime();
    Snapshot from = start.orElseThrow().value();
    timeline.opened(startNanos);
    Rows own = partition.next().rows();
    ranks.awaitLoaded(configuration.get(Keys.LOAD_TIMEOUT));
    Rows none = Rows.none(inputs);
    Shard shard = new Shard(ranks.rank(), ranks.world(), own, none);
    return Optional.of(
        new RankTraining(
            configuration,
            shard,
            Optional.of(plan(ranks, own.count())),
            reduction ->
                new FusedTrainee(
                    blueprint,
                    configuration,
                    shard,
                    from,
                    SingleRow.refusedBy(reduction, configuration)),
            from,
            ranks,
            timeline));
  }

  /** Plans the steps from the ranks' row counts. */
  private StepPlan plan(Communicator ranks, int ownRows) {
    double[] rows = new double[ranks.world()];
    rows[ranks.rank()] = ownRows;
    ranks.allReduce(Tag.of(0, 0, 0, Tag.Kind.STEP_ROWS), rows, Communicator.SUM);
    return new StepPlan(
        Arrays.stream(rows).mapToObj(count -> (int) count).toList(),
        configuration.get(Keys.BATCH_SIZE));
  }
}
