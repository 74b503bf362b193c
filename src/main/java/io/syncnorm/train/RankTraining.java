package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.config.AveragingSettings;
import io.syncnorm.config.BatchNormSettings.Sync;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.TrainingSettings.Shuffle;
import io.syncnorm.data.MiniBatches;
import io.syncnorm.data.RowOrder;
import io.syncnorm.data.Seeds;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Network;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;

/**
 * One rank's run: {@code [ epoch ]*}, where an epoch is {@code [ batch -> forward -> loss ->
 * backward -> step ]* -> average -> evaluate -> report}.
 */
public final class RankTraining {
  private static final int SECONDS_AT = 4;
  private static final int EXCHANGES_AT = SECONDS_AT + 4;

  private final Configuration configuration;
  private final Communicator communicator;
  private final int stepsPerEpoch;
  private final int stepsPerMerge;
  private final MiniBatches batches;
  private final float[] features;
  private final int[] labels;
  private final float[] weights;
  private final NetworkState state;
  private final float[] gradient;
  private final Network network;
  private final Optimizer optimizer;
  private final Averaging averaging;
  private final Evaluation evaluation;
  private final EpochClock clock;
  private final int firstEpoch;

  /**
   * {@code [loss, correct, weight, rows]} of the epoch's batches, then what the clock read, then
   * {@link ExchangeTimes}.
   */
  private final double[] totals = new double[EXCHANGES_AT + ExchangeTimes.BUCKETS];

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
    int batchSize = configuration.training().batchSize();
    this.batches =
        new MiniBatches(
            shard.training(),
            batchSize,
            configuration.training().shuffle() == Shuffle.EPOCH
                ? RowOrder.RESHUFFLED_EACH_EPOCH
                : RowOrder.FIXED,
            configuration.run().seed(),
            shard.rank());
    Architecture architecture = Blueprint.architecture(configuration, shard.training().rowLength());
    // A batch never has more rows than the shard, however large it is configured.
    int maxRows = Math.max(1, Math.min(batchSize, shard.training().count()));
    this.features = new float[Math.multiplyExact(maxRows, architecture.inputs())];
    this.labels = new int[maxRows];
    this.weights = new float[maxRows];
    this.state = start.state().copy();
    this.gradient = new float[ParameterLayout.of(architecture).parameterCount()];
    Sync sync = configuration.model().batchNorm().sync();
    this.network =
        new Network(architecture, maxRows, sync == Sync.GLOBAL ? this::reduce : RankReduction.NONE);
    this.optimizer = Blueprint.optimizer(configuration.training().optimizer(), gradient.length);
    restore(start);
    this.averaging =
        new Averaging(
            state,
            optimizer,
            configuration.training().averaging().optimizerState(),
            sync,
            communicator);
    this.evaluation = new Evaluation(architecture, shard.test(), communicator);
    this.clock = new EpochClock(communicator);
    this.firstEpoch = start.epoch() + 1;
  }

  /** The model before its first epoch; the same on every rank. */
  public static Snapshot freshModel(Configuration configuration, int inputs) {
    Architecture architecture = Blueprint.architecture(configuration, inputs);
    NetworkState state = NetworkState.initial(architecture, Seeds.mix(configuration.run().seed()));
    Optimizer optimizer =
        Blueprint.optimizer(configuration.training().optimizer(), state.parameters().length);
    return Snapshot.of(0, state, optimizer);
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
    int last = configuration.training().epochs();
    for (epoch = firstEpoch; epoch <= last; epoch++) {
      EpochResult result = runEpoch();
      if (communicator.rank() == 0) {
        listener.epochFinished(result, Snapshot.of(epoch, state, optimizer));
      }
    }
    return Snapshot.of(last, state, optimizer);
  }

  private EpochResult runEpoch() {
    clock.start();
    Arrays.fill(totals, 0);
    batches.startEpoch(epoch);
    int unmergedSteps = 0;
    for (step = 0; step < stepsPerEpoch; step++) {
      runStep();
      unmergedSteps++;
      if (unmergedSteps == stepsPerMerge || step == stepsPerEpoch - 1) {
        clock.startMerge();
        averaging.merge(tag(0, Kind.AVERAGING));
        clock.endMerge();
        unmergedSteps = 0;
      }
    }
    clock.read(totals, SECONDS_AT);
    communicator.allReduce(tag(0, Kind.EPOCH_TOTALS), totals, Sums::add);
    evaluation.run(state, epoch, tag(0, Kind.EVALUATION));
    if (evaluation.isDiverged()) { // the last update's doing: no step has seen it
      throw new DivergedException(communicator.rank(), epoch, stepsPerEpoch, evaluation.meanLoss());
    }
    int world = communicator.world();
    return new EpochResult(
        epoch,
        totals[0] / totals[2],
        totals[1] / totals[2],
        evaluation.meanLoss(),
        evaluation.accuracy(),
        (long) totals[3],
        new EpochResult.Times(
            clock.seconds(),
            totals[SECONDS_AT] / world,
            totals[SECONDS_AT + 1] / world,
            totals[SECONDS_AT + 2] / world,
            totals[SECONDS_AT + 3] / world),
        new EpochResult.Exchanges(
            ExchangeTimes.quantileMicros(0.5, totals, EXCHANGES_AT),
            ExchangeTimes.quantileMicros(0.99, totals, EXCHANGES_AT)));
  }

  private void runStep() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("cancelled at epoch %d, step %d".formatted(epoch, step));
    }
    int rows = batches.next(features, labels, weights);
    network.forward(state, features, labels, weights, rows);
    if (!Double.isFinite(network.lossSum())) {
      throw new DivergedException(communicator.rank(), epoch, step, network.lossSum());
    }
    network.backward(state, features, labels, weights, rows, gradient);
    if (network.weightSum() > 0) {
      optimizer.update(state.parameters(), gradient, 1f / (float) network.weightSum());
    }
    averaging.addWeight(network.weightSum());
    totals[0] += network.lossSum();
    totals[1] += network.correct();
    totals[2] += network.weightSum();
    totals[3] += rows;
  }

  private void reduce(
      int layer,
      RankReduction.Direction direction,
      double[] values,
      BiConsumer<double[], double[]> fold) {
    long start = System.nanoTime();
    communicator.allReduce(
        tag(layer, direction == RankReduction.Direction.FORWARD ? Kind.FORWARD : Kind.BACKWARD),
        values,
        fold);
    ExchangeTimes.count(System.nanoTime() - start, totals, EXCHANGES_AT);
  }

  private long tag(int layer, Kind kind) {
    return Tag.of(epoch, step, layer, kind);
  }

  private void restore(Snapshot start) {
    if (start.parameters().length != gradient.length
        || start.optimizerSlots().size() != optimizer.slots().size()) {
      throw new IllegalArgumentException(
          "the snapshot is not of this network: expected parameters=%d optimizerSlots=%d, found parameters=%d optimizerSlots=%d"
              .formatted(
                  gradient.length,
                  optimizer.slots().size(),
                  start.parameters().length,
                  start.optimizerSlots().size()));
    }
    for (int slot = 0; slot < start.optimizerSlots().size(); slot++) {
      float[] values = start.optimizerSlots().get(slot);
      System.arraycopy(values, 0, optimizer.slots().get(slot), 0, values.length);
    }
    optimizer.setUpdates(start.optimizerUpdates());
  }
}
