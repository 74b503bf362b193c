package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Keys.Merge;
import io.syncnorm.config.Keys.Telemetry;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.train.telemetry.DriftTelemetry;
import io.syncnorm.train.telemetry.EpochClock;
import io.syncnorm.train.telemetry.EpochTotals;
import io.syncnorm.train.telemetry.MergeObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * One rank's run: {@code [ epoch ]*}, where an epoch is {@code [ load -> step ]* -> merge ->
 * evaluate -> report}. It is the only such loop, for every {@link Trainee} and every door.
 */
public final class RankTraining {
  private final Configuration configuration;
  private final Communicator communicator;
  private final Optional<StepPlan> plan;
  private final Trainee trainee;
  private final EpochTotals totals;
  private final Merging merging;
  private final Optional<Recalibration> recalibration;
  private final DriftTelemetry telemetry;
  private final StatisticsExchange exchange;
  private final Evaluation evaluation;
  private final EpochClock clock;
  private final StepListener steps;
  private final Trainee.Step updating = new Updating();

  /** Rows of all ranks in the step. */
  private final double[] stepRows = new double[1];

  /** Statistics to predict with: the running ones of training, or recalibrated ones. */
  private float[] predicting;

  private Merge merge;
  private int epoch;
  private int step;

  /** Rows of this rank in the step. */
  private int rows;

  /**
   * Creates the training of a shard with the trainee of {@code maker}.
   *
   * @param start the model to resume from
   * @throws IllegalArgumentException if the snapshot does not fit the network
   */
  public RankTraining(
      Configuration configuration,
      Shard shard,
      StepPlan plan,
      TraineeMaker maker,
      Snapshot start,
      Communicator communicator) {
    this(
        configuration,
        shard,
        Optional.of(plan),
        reduction -> maker.make(configuration, shard, start, reduction),
        start,
        communicator,
        StepListener.NONE);
  }

  /**
   * Creates the training of a trainee that has its own rows.
   *
   * @param shard the rows to recalibrate and to evaluate with
   * @param plan the steps of an epoch; empty if they are not known beforehand. Then the ranks sum
   *     their rows before each step, and train while the sum is not zero
   * @param trainee creates the trainee, given the reduction over the ranks
   */
  public RankTraining(
      Configuration configuration,
      Shard shard,
      Optional<StepPlan> plan,
      Function<RankReduction, Trainee> trainee,
      Snapshot start,
      Communicator communicator,
      StepListener steps) {
    Telemetry telemetrySwitch = configuration.get(Keys.TELEMETRY);
    this.configuration = configuration;
    this.communicator = communicator;
    this.plan = plan;
    this.steps = steps;
    this.trainee = trainee.apply(this::reduce);
    var architecture = this.trainee.architecture();
    this.totals = new EpochTotals(architecture.map(each -> each.hidden().size()).orElse(0));
    this.telemetry =
        new DriftTelemetry(
            plan.isPresent() && telemetrySwitch == Telemetry.ON,
            architecture,
            this.trainee.state().parameters(),
            this.trainee.scratch(),
            plan.map(StepPlan::stepsPerEpoch).orElse(0),
            totals);
    this.exchange =
        new StatisticsExchange(
            communicator, configuration.get(Keys.BATCH_NORM_SYNC), this::tag, telemetry, totals);
    this.merging = new Merging(this.trainee, start, configuration, communicator);
    this.recalibration =
        architecture.flatMap(
            network ->
                plan.map(
                    planned ->
                        new Recalibration(
                            configuration, network, shard.training(), planned, communicator)));
    this.predicting =
        start.isForPrediction() ? start.statistics() : this.trainee.state().statistics();
    this.evaluation = new Evaluation(shard.test(), architecture, telemetrySwitch, communicator);
    this.clock = new EpochClock(communicator);
    this.epoch = start.epoch();
  }

  /**
   * Trains the remaining epochs, or fewer with {@code training.early-stopping}.
   *
   * @param history the results of the earlier epochs, the same on every rank
   * @throws DivergedException if a loss is not finite
   * @throws CancellationException if the thread is interrupted between steps
   */
  public void run(EpochReport.Listener listener, List<EpochResult> history) {
    EarlyStopping stopping = new EarlyStopping(configuration, history);
    try (trainee;
        evaluation) {
      while (epoch < configuration.get(Keys.EPOCHS) && !stopping.hasStopped()) {
        epoch++;
        EpochResult result = runEpoch();
        report(result, listener);
        stopping.add(result);
      }
      steps.trained();
    } finally {
      recalibration.ifPresent(Recalibration::close);
    }
  }

  private void report(EpochResult result, EpochReport.Listener listener) {
    Snapshot merged = live();
    if (communicator.rank() == 0) {
      listener.finished(result, merged);
    } else if (merged.ranksBeside(configuration, communicator.world()) > 0) {
      listener.keeps(epoch, merged.rankState());
    }
  }

  private EpochResult runEpoch() {
    clock.start();
    totals.clear();
    trainee.startEpoch(epoch);
    merge = configuration.mergeIn(epoch);
    for (step = 0; loadStep(); step++) {
      runStep();
      if (merging.isDue() && merge == Merge.PARAMETERS && !isPlannedLast()) {
        merge(MergeObserver.NONE);
      }
    }
    if (merging.isPending()) {
      merge(telemetry);
    }
    trainee.endEpoch(step);
    clock.read(totals);
    totals.reduce(communicator, tag(0, Kind.EPOCH_TOTALS));
    evaluate();
    EpochResult.Score score = evaluation.score(0);
    if (evaluation.isDiverged()) { // caused by the last update, after the last step's check
      throw diverged(score.loss());
    }
    return new EpochResult(
        epoch,
        totals.loss(),
        totals.accuracy(),
        score.loss(),
        score.accuracy(),
        totals.rows(),
        EpochResult.Times.of(clock.seconds(), totals, communicator.world()),
        EpochResult.Exchanges.of(totals),
        evaluation.score(1),
        telemetry.read(evaluation::deadUnits));
  }

  /** Loads this rank's part of the next step, if there is one. */
  private boolean loadStep() {
    if (plan.isPresent() && step == plan.get().stepsPerEpoch()) {
      return false;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("cancelled at epoch " + epoch + ", step " + step);
    }
    long start = System.nanoTime();
    rows = trainee.load();
    steps.loaded(start, rows);
    if (plan.isPresent()) {
      return true;
    }
    stepRows[0] = rows;
    communicator.allReduce(tag(0, Kind.STEP_ROWS), stepRows, Communicator.SUM);
    return stepRows[0] > 0;
  }

  private boolean isPlannedLast() {
    return plan.isPresent() && step == plan.get().stepsPerEpoch() - 1;
  }

  private void runStep() {
    long start = System.nanoTime();
    telemetry.startStep(step);
    trainee.step(updating);
    steps.stepped(start, rows);
    merging.addStep(trainee.weightSum());
    totals.addStep(trainee.lossSum(), trainee.correct(), trainee.weightSum(), rows);
  }

  private void merge(MergeObserver observer) {
    clock.startMerge();
    merging.merge(tag(0, Kind.AVERAGING), merge, observer);
    clock.endMerge();
  }

  /**
   * Evaluates the merged model. If it is recalibrated, it is evaluated with the earlier statistics,
   * too.
   */
  private void evaluate() {
    List<float[]> statistics =
        recalibration
            .map(each -> each.after(epoch, trainee.state()))
            .orElseGet(() -> List.of(trainee.state().statistics()));
    predicting = statistics.get(0);
    evaluation.run(trainee, statistics, epoch, tag(0, Kind.EVALUATION));
  }

  /** A copy of the merged model after the last epoch, the same on every rank. */
  public Snapshot snapshot() {
    return live().copy();
  }

  private Snapshot live() {
    trainee.copyOut();
    float[] running = trainee.state().statistics();
    return new Snapshot(
        epoch,
        trainee.state().parameters(),
        predicting,
        trainee.optimizer().slots(),
        trainee.optimizer().updates(),
        merging.outerVelocity(),
        predicting == running ? new float[0] : running);
  }

  private DivergedException diverged(double loss) {
    return new DivergedException(communicator.rank(), epoch, step, loss, trainee.remedy());
  }

  private void reduce(
      int layer,
      RankReduction.Direction direction,
      double[] values,
      BiConsumer<double[], double[]> fold) {
    exchange.reduce(layer, direction, values, fold);
  }

  private long tag(int layer, Kind kind) {
    return Tag.of(epoch, step, layer, kind);
  }

  /** The update of a step, by this rank's gradient or by the mean over all ranks. */
  private final class Updating implements Trainee.Step {
    @Override
    public void requireFinite(double lossSum) {
      if (!Double.isFinite(lossSum)) {
        throw diverged(lossSum);
      }
    }

    @Override
    public float scale(float[] gradient, double weight) {
      telemetry.sampleGradient(gradient, weight);
      float own = weight > 0 ? 1f / (float) weight : 0f;
      if (merge == Merge.PARAMETERS) {
        return own;
      }
      clock.startMerge();
      float scale = merging.mergeGradients(tag(0, Kind.GRADIENT), gradient, own, weight);
      clock.endMerge();
      return scale;
    }

    @Override
    public boolean keepsGradient() {
      return merge == Merge.PARAMETERS;
    }
  }
}
