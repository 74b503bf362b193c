package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.config.AveragingSettings;
import io.syncnorm.config.AveragingSettings.Merge;
import io.syncnorm.config.BatchNormSettings;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.TrainingSettings.Shuffle;
import io.syncnorm.data.MiniBatches;
import io.syncnorm.data.RowOrder;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.Network;
import io.syncnorm.nn.NetworkState;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;

/**
 * One rank's run: {@code [ epoch ]*}, where an epoch is {@code [ batch -> forward -> loss ->
 * backward -> step ]* -> average -> evaluate -> report}. Where gradients are averaged, that is a
 * part of each step.
 */
public final class RankTraining {
  private static final int SECONDS_AT = 4;
  private static final int EXCHANGES_AT = SECONDS_AT + 4;
  private static final int DRIFT_AT = EXCHANGES_AT + ExchangeTimes.BUCKETS;

  private final Configuration configuration;
  private final Communicator communicator;
  private final int stepsPerEpoch;
  private final int stepsPerMerge;
  private final MiniBatches batches;
  private final MiniBatch batch;
  private final RankModel model;
  private final float[] gradient;
  private final Network network;
  private final GradientAveraging gradientAveraging;
  private final Averaging averaging;
  private final Recalibration recalibration;
  private final DriftTelemetry telemetry;
  private final Evaluation evaluation;
  private final EpochClock clock;
  private final int firstEpoch;

  /**
   * {@code [loss, correct, weight, rows]} of the epoch's batches, then what the clock read, then
   * {@link ExchangeTimes}, then the sums of {@link DriftTelemetry}.
   */
  private final double[] totals;

  /** The model to predict with: that which trains, perhaps with statistics of its own. */
  private NetworkState predicting;

  private boolean mayStop;

  private Merge merge;
  private int epoch;
  private int step;

  /**
   * @param start the model to go on from
   * @throws IllegalArgumentException if the snapshot does not fit the configured network
   */
  public RankTraining(
      Configuration configuration,
      Shard shard,
      StepPlan plan,
      Snapshot start,
      Communicator communicator) {
    this.configuration = configuration;
    this.communicator = communicator;
    this.stepsPerEpoch = plan.stepsPerEpoch();
    this.stepsPerMerge =
        configuration.training().averaging().every() instanceof AveragingSettings.EverySteps every
            ? every.steps()
            : stepsPerEpoch;
    this.batches =
        new MiniBatches(
            shard.training(),
            configuration.training().batchSize(),
            configuration.training().shuffle() == Shuffle.EPOCH
                ? RowOrder.RESHUFFLED_EACH_EPOCH
                : RowOrder.FIXED,
            configuration.run().seed(),
            shard.rank());
    this.batch = new MiniBatch(batches.features(), batches.labels(), batches.weights());
    Architecture architecture = Blueprint.architecture(configuration, shard.training().rowLength());
    this.model = RankModel.of(configuration, architecture.inputs(), start);
    this.gradient = new float[model.state().parameters().length];
    this.totals = new double[DRIFT_AT + DriftTelemetry.length(architecture)];
    var telemetrySwitch = configuration.training().telemetry();
    this.telemetry =
        new DriftTelemetry(
            telemetrySwitch,
            architecture,
            model.state().parameters(),
            stepsPerEpoch,
            totals,
            DRIFT_AT);
    BatchNormSettings batchNorm = configuration.model().batchNorm();
    this.network =
        new Network(
            architecture,
            batches.maxRows(),
            new StatisticsExchange(
                communicator, batchNorm.sync(), this::tag, telemetry, totals, EXCHANGES_AT));
    this.gradientAveraging = new GradientAveraging(gradient, communicator);
    this.averaging =
        new Averaging(
            model,
            configuration.training().averaging().optimizerState(),
            batchNorm.sync().ranksOf(communicator.world()),
            communicator);
    this.recalibration =
        new Recalibration(batchNorm, architecture, shard.training(), plan, communicator);
    this.predicting =
        start.isForPrediction()
            ? new NetworkState(model.state().parameters(), start.statistics())
            : model.state();
    this.evaluation = new Evaluation(architecture, shard.test(), telemetrySwitch, communicator);
    this.clock = new EpochClock(communicator);
    this.firstEpoch = start.epoch() + 1;
  }

  /** The model before its first epoch; the same on every rank. */
  public static Snapshot freshModel(Configuration configuration, int inputs) {
    RankModel fresh = RankModel.fresh(configuration, inputs);
    return fresh.snapshot(0, fresh.state().statistics());
  }

  /**
   * Trains the remaining epochs.
   *
   * @param listener called on rank 0 after each epoch
   * @return the merged model after the last epoch, the same on every rank
   * @throws DivergedException if a loss is not finite
   * @throws CancellationException if the thread is interrupted between steps
   */
  public Snapshot run(EpochListener listener) {
    return run(listener, StopRule.NEVER);
  }

  /**
   * Trains the remaining epochs, or fewer.
   *
   * @param stopRule asked on every rank after each epoch
   */
  public Snapshot run(EpochListener listener, StopRule stopRule) {
    int finished = firstEpoch - 1;
    mayStop = stopRule != StopRule.NEVER;
    boolean stopped = false;
    while (finished < configuration.training().epochs() && !stopped) {
      epoch = finished + 1;
      EpochResult result = runEpoch();
      finished = epoch;
      if (communicator.rank() == 0) {
        listener.epochFinished(result, model.snapshot(epoch, predicting.statistics()));
      }
      stopped = stopRule.isLast(result);
    }
    return model.snapshot(finished, predicting.statistics());
  }

  private EpochResult runEpoch() {
    clock.start();
    Arrays.fill(totals, 0);
    batches.startEpoch(epoch);
    merge = configuration.training().averaging().mergeIn(epoch);
    int unmergedSteps = 0;
    for (step = 0; step < stepsPerEpoch; step++) {
      runStep();
      unmergedSteps++;
      boolean isLast = step == stepsPerEpoch - 1;
      if (isLast || (unmergedSteps == stepsPerMerge && merge == Merge.PARAMETERS)) {
        clock.startMerge();
        averaging.merge(
            tag(0, Kind.AVERAGING), merge, isLast ? telemetry : Averaging.Observer.NONE);
        clock.endMerge();
        unmergedSteps = 0;
      }
    }
    clock.read(totals, SECONDS_AT);
    communicator.allReduce(tag(0, Kind.EPOCH_TOTALS), totals, Sums::add);
    evaluate();
    if (evaluation.isDiverged()) { // the last update's doing: no step has seen it
      throw new DivergedException(
          communicator.rank(), epoch, stepsPerEpoch, evaluation.score(0).loss());
    }
    int world = communicator.world();
    return new EpochResult(
        epoch,
        totals[0] / totals[2],
        totals[1] / totals[2],
        evaluation.score(0).loss(),
        evaluation.score(0).accuracy(),
        (long) totals[3],
        new EpochResult.Times(
            clock.seconds(),
            totals[SECONDS_AT] / world,
            totals[SECONDS_AT + 1] / world,
            totals[SECONDS_AT + 2] / world,
            totals[SECONDS_AT + 3] / world),
        new EpochResult.Exchanges(
            ExchangeTimes.quantileMicros(0.5, totals, EXCHANGES_AT),
            ExchangeTimes.quantileMicros(0.99, totals, EXCHANGES_AT)),
        evaluation.score(1),
        telemetry.read(evaluation));
  }

  /** Measures the merged model, recalibrated where it is to be, and as it was before too. */
  private void evaluate() {
    NetworkState state = model.state();
    List<NetworkState> measured = List.of(state);
    predicting = state;
    // A run that may stop early may return any epoch's model.
    if (recalibration.isDueAfter(mayStop ? epoch : configuration.training().epochs())) {
      NetworkState copy = new NetworkState(state.parameters(), state.statistics().clone());
      boolean isAside = recalibration.isForPrediction();
      predicting = isAside ? copy : state;
      recalibration.run(predicting, epoch);
      measured = List.of(predicting, isAside ? state : copy);
    }
    evaluation.run(measured, epoch, tag(0, Kind.EVALUATION));
  }

  private void runStep() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException(
          String.format(Locale.ROOT, "cancelled at epoch %d, step %d", epoch, step));
    }
    telemetry.startStep(step);
    int rows = batches.next();
    batch.show(batches.featuresAt(), rows);
    NetworkState state = model.state();
    network.forward(state, batch);
    if (!Double.isFinite(network.lossSum())) {
      throw new DivergedException(communicator.rank(), epoch, step, network.lossSum());
    }
    network.backward(state, batch, gradient);
    telemetry.sampleGradient(gradient, network.weightSum());
    update();
    averaging.addWeight(network.weightSum());
    totals[0] += network.lossSum();
    totals[1] += network.correct();
    totals[2] += network.weightSum();
    totals[3] += rows;
  }

  /** Along this rank's gradient, or along that of all ranks. */
  private void update() {
    float[] parameters = model.state().parameters();
    if (merge == Merge.GRADIENTS) {
      clock.startMerge();
      boolean hasGradient = gradientAveraging.average(tag(0, Kind.GRADIENT), network.weightSum());
      clock.endMerge();
      if (hasGradient) {
        model.optimizer().update(parameters, gradient, 1f);
      }
    } else if (network.weightSum() > 0) {
      model.optimizer().update(parameters, gradient, 1f / (float) network.weightSum());
    }
  }

  private long tag(int layer, Kind kind) {
    return Tag.of(epoch, step, layer, kind);
  }
}
