package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import java.util.List;
import java.util.Optional;

/**
 * The model that all ranks have after a merge: recalibrates and evaluates it, and shows it in
 * snapshots.
 */
final class MergedModel implements AutoCloseable {
  private final Trainee trainee;
  private final Merging merging;
  private final Optional<Recalibration> recalibration;
  private final Evaluation evaluation;

  /** Statistics to predict with: the running ones of training, or recalibrated ones. */
  private float[] predicting;

  /**
   * @param shard the rows to recalibrate and to evaluate with
   * @param plan the steps of an epoch; without them the model is not recalibrated
   * @param start the model to resume from
   */
  MergedModel(
      Configuration configuration,
      Shard shard,
      Optional<StepPlan> plan,
      Trainee trainee,
      Merging merging,
      Snapshot start,
      Communicator communicator) {
    this.trainee = trainee;
    this.merging = merging;
    var architecture = trainee.architecture();
    this.recalibration =
        architecture.flatMap(
            network ->
                plan.map(
                    planned ->
                        new Recalibration(
                            configuration, network, shard.training(), planned, communicator)));
    this.evaluation =
        new Evaluation(shard.test(), architecture, configuration.get(Keys.TELEMETRY), communicator);
    this.predicting = start.isForPrediction() ? start.statistics() : trainee.state().statistics();
  }

  /**
   * Evaluates it. If it is recalibrated, it is evaluated with the earlier statistics, too.
   *
   * @return the scores, until the next evaluation
   */
  Evaluation evaluate(int epoch, long tag) {
    List<float[]> statistics =
        recalibration
            .map(each -> each.after(epoch, trainee.state()))
            .orElseGet(() -> List.of(trainee.state().statistics()));
    predicting = statistics.get(0);
    evaluation.run(trainee, statistics, epoch, tag);
    return evaluation;
  }

  /** A snapshot with live parameters and slots; statistics change earlier and are copied. */
  Snapshot live(Position at) {
    trainee.copyOut();
    float[] running = trainee.state().statistics();
    float[] shown = at.isInsideEpoch() ? running : predicting;
    return new Snapshot(
        at.epoch(),
        at.step(),
        trainee.state().parameters(),
        shown.clone(),
        trainee.optimizer().slots(),
        trainee.optimizer().updates(),
        merging.outerVelocity(),
        shown == running ? new float[0] : running.clone(),
        RankState.NONE);
  }

  @Override
  public void close() {
    try (evaluation) {
      recalibration.ifPresent(Recalibration::close);
    }
  }
}
