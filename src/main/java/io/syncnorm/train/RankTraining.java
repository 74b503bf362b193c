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
import io.syncnorm.train.EpochReport.Wish;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.telemetry.DriftTelemetry;
import io.syncnorm.train.telemetry.EpochClock;
import io.syncnorm.train.telemetry.EpochTotals;
import io.syncnorm.train.telemetry.MergeObserver;
import io.syncnorm.train.telemetry.StepListener;
import java.util.Arrays;
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
  /** While gradients are averaged, ranks agree on reports at every so many steps. */
  private static final int STEPS_BETWEEN_MEETINGS = 16;

  private final Configuration configuration;
  private final Communicator communicator;
  private final Trainee trainee;
  private final StepLoading loading;
  private final EpochTotals totals;
  private final Merging merging;
  private final MergedModel model;
  private final DriftTelemetry telemetry;
  private final StatisticsExchange exchange;
  private final EpochClock clock;
  private final StepListener steps;
  private final StepUpdate updating;
  private final int stepsPerEpoch;

  private final RankReports reports;

  private Merge merge;
  private int epoch;
  private int step;
  private boolean paused;

  /** What this rank resumes an epoch with; empty at the beginning of an epoch. */
  private Optional<Resumption> resumption;

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
    this.configuration = configuration;
    this.communicator = communicator;
    this.steps = steps;
    this.stepsPerEpoch = plan.map(StepPlan::stepsPerEpoch).orElse(0);
    this.trainee = trainee.apply(this::reduce);
    this.loading = new StepLoading(plan, this.trainee, steps, communicator);
    var architecture = this.trainee.architecture();
    int hiddenLayers = architecture.map(each -> each.widths().size()).orElse(0);
    this.totals = new EpochTotals(hiddenLayers);
    this.reports = new RankReports(configuration, hiddenLayers, communicator);
    this.telemetry =
        new DriftTelemetry(
            plan.isPresent() && configuration.get(Keys.TELEMETRY) == Telemetry.ON,
            architecture,
            this.trainee.state().parameters(),
            this.trainee.scratch(),
            stepsPerEpoch,
            totals);
    this.exchange =
        new StatisticsExchange(
            communicator,
            configuration.get(Keys.BATCH_NORM_SYNC),
            this::tag,
            telemetry,
            totals,
            this.trainee::loadAhead);
    this.clock = new EpochClock(communicator);
    this.merging = new Merging(this.trainee, start, configuration, communicator);
    this.updating = new StepUpdate(merging, this.telemetry, clock, reports, this::diverged);
    this.model =
        new MergedModel(configuration, shard, plan, this.trainee, merging, start, communicator);
    this.epoch = start.epoch();
    this.resumption =
        start.step() == 0
            ? Optional.empty()
            : Optional.of(new Resumption(start.step(), start.own().counters(), start.own().sums()));
  }

  /**
   * @param sums those of {@link EpochTotals}, then the weight since the last merge
   */
  private record Resumption(int step, long[] counters, double[] sums) {}

  /**
   * Trains the remaining epochs, or fewer with {@code training.early-stopping}, or until rank 0's
   * listener wants a pause. Then training can resume from what ranks have reported.
   *
   * @param history the results of the earlier epochs, the same on every rank
   * @return false if training has paused, the same on every rank
   * @throws DivergedException if a loss is not finite
   * @throws CancellationException if the thread is interrupted between steps
   */
  public boolean run(EpochReport.Listener listener, List<EpochResult> history) {
    EarlyStopping stopping = new EarlyStopping(configuration, history);
    reports.listener(listener);
    try (trainee;
        model) {
      while (epoch < configuration.get(Keys.EPOCHS) && !stopping.hasStopped()) {
        if (paused) {
          return false;
        }
        epoch++;
        Optional<EpochResult> result = runEpoch();
        if (result.isEmpty()) {
          return false;
        }
        reports.finished(result.get(), live(new Position(epoch, 0)), trainee.counters());
        stopping.add(result.get());
      }
      steps.trained();
      return true;
    }
  }

  /** Returns nothing if training has paused inside the epoch. */
  private Optional<EpochResult> runEpoch() {
    merge = configuration.mergeIn(epoch);
    startEpoch();
    for (; loading.load(epoch, step); step++) {
      runStep();
      if (isMeeting() && !loading.isPlannedLast(step)) {
        meet();
        if (paused) {
          return Optional.empty();
        }
      }
    }
    if (merging.isPending()) {
      paused = merge(reports.wishAt(new Position(epoch, 0)), telemetry) == Wish.PAUSE;
    }
    return Optional.of(endEpoch());
  }

  private EpochResult endEpoch() {
    trainee.endEpoch(step);
    clock.read(totals);
    Evaluation evaluation = model.evaluate(epoch, tag(0, Kind.EVALUATION));
    clock.endEvaluation(totals);
    totals.reduce(communicator, tag(0, Kind.EPOCH_TOTALS));
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
        EpochResult.Times.of(totals),
        EpochResult.Exchanges.of(totals),
        evaluation.score(1),
        telemetry.read(evaluation::deadUnits));
  }

  /** Moves to the first step of the epoch, or to the one that is resumed from. */
  private void startEpoch() {
    totals.clear();
    resumption.ifPresent(from -> totals.restore(from.sums));
    clock.start(totals);
    step = resumption.map(Resumption::step).orElse(0);
    trainee.startEpoch(epoch, step, stepsPerEpoch);
    resumption.ifPresent(this::resume);
    resumption = Optional.empty();
  }

  private void resume(Resumption from) {
    trainee.resume(from.counters);
    trainee.reseed(epoch, step);
    double weight = from.sums[from.sums.length - 1];
    merging.resume(merge == Merge.GRADIENTS ? step : 0, weight);
  }

  private void runStep() {
    long start = System.nanoTime();
    telemetry.startStep(step);
    updating.start(merge, tag(0, Kind.GRADIENT));
    trainee.step(updating);
    steps.stepped(start, loading.rows());
    merging.addStep(trainee.weightSum());
    totals.addStep(trainee.lossSum(), trainee.correct(), trainee.weightSum(), loading.rows());
    reports.stepped(epoch - 1, step);
  }

  /** Whether all ranks have the same model after this step, so that training can resume there. */
  private boolean isMeeting() {
    return merge == Merge.PARAMETERS
        ? merging.isDue()
        : step % STEPS_BETWEEN_MEETINGS == STEPS_BETWEEN_MEETINGS - 1;
  }

  /** Merges inside an epoch, and reports or pauses if rank 0 wants it. */
  private void meet() {
    Position next = new Position(epoch - 1, step + 1);
    Wish own = reports.wishAt(next);
    Wish agreed =
        merge == Merge.PARAMETERS
            ? merge(own, MergeObserver.NONE)
            : reports.agree(tag(0, Kind.AVERAGING), own);
    trainee.reseed(epoch, step + 1);
    if (agreed != Wish.NONE) {
      clock.read(totals);
      Snapshot merged = live(next);
      double[] sums = Arrays.copyOf(totals.sums(), totals.sums().length + 1);
      sums[sums.length - 1] = merging.weightSinceMerge();
      reports.reached(merged, trainee.counters(), sums);
    }
    paused = agreed == Wish.PAUSE;
  }

  private Wish merge(Wish own, MergeObserver observer) {
    reports.await();
    clock.startMerge();
    Wish agreed = merging.merge(tag(0, Kind.AVERAGING), merge, own, observer);
    clock.endMerge();
    return agreed;
  }

  /** A copy of the merged model after the last epoch, the same on every rank. */
  public Snapshot snapshot() {
    return live(new Position(epoch, 0)).copy();
  }

  private Snapshot live(Position at) {
    reports.await();
    return model.live(at);
  }

  private DivergedException diverged(double loss) {
    return new DivergedException(communicator.rank(), epoch, step, loss, trainee.remedy());
  }

  private void reduce(
      int layer,
      RankReduction.Direction direction,
      double[] values,
      BiConsumer<double[], double[]> fold,
      Runnable meanwhile) {
    exchange.reduce(layer, direction, values, fold, meanwhile);
  }

  private long tag(int layer, Kind kind) {
    return Tag.of(epoch, step, layer, kind);
  }
}
