package io.syncnorm.ml;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.BatchNormSettings;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
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
import java.util.Optional;

/**
 * What a rank does to fit a model: puts its rows together, agrees with the others on classes and
 * steps, and trains.
 *
 * @param inputs features of a row
 * @param history of the epochs that an earlier attempt has finished
 */
record FitProgram(
    FitSettings settings,
    FitColumns columns,
    LabelRange labelRange,
    int inputs,
    List<EpochResult> history,
    Start start)
    implements RankProgram<RowChunk> {
  private static final long serialVersionUID = 1L;

  /** The model to go on from. */
  @FunctionalInterface
  interface Start extends Serializable {
    Snapshot of(Configuration configuration, int inputs);
  }

  @Override
  public void run(Membership membership, Iterator<RowChunk> chunks) {
    Communicator ranks = membership.communicator();
    RankRows own = RankRows.of(chunks, inputs);
    Agreement agreement = Agreement.among(ranks, own);
    if (agreement.isFaulty()) {
      if (agreement.isOwnFault()) {
        tell(membership, new FitReport.Refusal(own.fault().orElseThrow().message()));
      }
      return;
    }
    Optional<String> untrainable = agreement.untrainable(columns);
    Optional<StepPlan> plan = untrainable.isPresent() ? Optional.empty() : plan(agreement);
    if (plan.isEmpty()) {
      if (ranks.rank() == 0) {
        String why = untrainable.orElse("batch normalization needs at least 2 rows in a step");
        tell(membership, new FitReport.Refusal(why));
      }
      return;
    }
    int classes = labelRange.known() ? labelRange.classes() : agreement.classes();
    if (ranks.rank() == 0) {
      tell(membership, new FitReport.Agreed(classes, plan.get().batchSize()));
    }
    train(membership, own, plan.get(), classes);
  }

  private void train(Membership membership, RankRows own, StepPlan plan, int classes) {
    Communicator ranks = membership.communicator();
    Configuration configuration = settings.configuration(classes, plan.batchSize());
    StopRule stopRule =
        settings.earlyStoppingRounds() == 0
            ? StopRule.NEVER
            : new EarlyStopping(settings.earlyStoppingRounds());
    boolean stopped = false;
    for (EpochResult finished : history) {
      stopped = stopRule.isLast(finished);
    }
    if (!stopped) {
      Shard shard = new Shard(ranks.rank(), ranks.world(), own.training(), own.validation());
      new RankTraining(configuration, shard, plan, start.of(configuration, inputs), ranks)
          .run(
              (result, snapshot) ->
                  tell(membership, new FitReport.Epoch(new EpochReport(result, snapshot).encode())),
              stopRule);
    }
  }

  /**
   * Batches as large as asked for, or nearly: where batch normalization would meet a single row in
   * the last step, which it cannot normalize, the batch size moves to the nearest that avoids it.
   */
  private Optional<StepPlan> plan(Agreement agreement) {
    int wanted = settings.batchSize();
    for (int off = 0; off <= wanted; off++) {
      for (int size : new int[] {wanted - off, wanted + off}) {
        if (size > 0 && isTrainable(agreement.plan(size))) {
          return Optional.of(agreement.plan(size));
        }
      }
    }
    return Optional.empty();
  }

  private boolean isTrainable(StepPlan plan) {
    BatchNormSettings batchNorm = settings.batchNorm();
    return !batchNorm.enabled() || plan.smallestBatch(batchNorm.sync().ranksOf(plan.world())) >= 2;
  }

  private static void tell(Membership membership, FitReport report) {
    membership.driver().report(report.encode());
  }
}
