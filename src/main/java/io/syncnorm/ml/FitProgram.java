package io.syncnorm.ml;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.Shard;
import io.syncnorm.spark.RankProgram;
import io.syncnorm.train.EarlyStopping;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.StopRule;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/**
 * What a rank does to fit a model: comes to its rows with the others, and trains.
 *
 * @param history of the epochs that an earlier attempt has finished
 */
record FitProgram(Gathering gathering, List<EpochResult> history, Start start)
    implements RankProgram<RowChunk> {
  private static final long serialVersionUID = 1L;

  /** The model to go on from. */
  @FunctionalInterface
  interface Start extends Serializable {
    Snapshot of(Configuration configuration, int inputs);
  }

  @Override
  public void run(Membership membership, Iterator<RowChunk> chunks) {
    gathering.run(membership, chunks).ifPresent(gathered -> train(membership, gathered));
  }

  private void train(Membership membership, Gathering.Gathered gathered) {
    Communicator ranks = membership.communicator();
    FitSettings settings = gathering.settings();
    Configuration configuration =
        settings.configuration(gathered.classes(), gathered.plan().batchSize());
    StopRule stopRule =
        settings.earlyStoppingRounds() == 0
            ? StopRule.NEVER
            : new EarlyStopping(settings.earlyStoppingRounds());
    boolean stopped = false;
    for (EpochResult finished : history) {
      stopped = stopRule.isLast(finished);
    }
    if (!stopped) {
      RankRows own = gathered.own();
      Shard shard = new Shard(ranks.rank(), ranks.world(), own.training(), own.validation());
      Snapshot from = start.of(configuration, gathering.inputs());
      membership.awaitLoaded(settings.faults().loadTimeout());
      new RankTraining(configuration, shard, gathered.plan(), from, ranks)
          .run(
              (result, snapshot) ->
                  membership
                      .driver()
                      .report(
                          new FitReport.Epoch(new EpochReport(result, snapshot).encode()).encode()),
              stopRule);
    }
  }
}
