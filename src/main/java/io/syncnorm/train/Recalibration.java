package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Recalibrate;
import io.syncnorm.config.Sync;
import io.syncnorm.data.Seeds;
import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Moments;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;

/**
 * Recomputes the running statistics of a merged model: PreciseBN (Wu and Johnson 2021, "Rethinking
 * 'Batch' in BatchNorm", section 3). Running averages accumulate while the model changes; here the
 * model is fixed, and the moments of many mini-batches are merged into those of their union.
 *
 * <p>The mini-batches are those of the first steps of an epoch, with each shard in its own order,
 * normalized as in training. Each rank's moments are weighted by the size of its shard, so that a
 * small shard, which these steps may have used up, has no more weight than its rows.
 */
final class Recalibration {
  private final Configuration configuration;
  private final Architecture architecture;
  private final StepPlan plan;
  private final Communicator communicator;
  private final Sync sync;
  private final RankGroup group;
  private final ParameterLayout layout;
  private final RowStore rows;
  private final int steps;

  /** Moments of this rank's rows so far, per normalization. */
  private final double[][] moments;

  /** Created when it is needed: most runs never recalibrate. */
  private Buffers buffers;

  private int epoch;
  private int step;

  private record Buffers(MiniBatches batches, BatchView view, Network network) {}

  /**
   * @param rows this rank's training rows
   */
  Recalibration(
      Configuration configuration,
      Architecture architecture,
      RowStore rows,
      StepPlan plan,
      Communicator communicator) {
    int world = communicator.world();
    this.configuration = configuration;
    this.architecture = architecture;
    this.plan = plan;
    this.rows = rows;
    this.communicator = communicator;
    this.sync = configuration.get(Keys.BATCH_NORM_SYNC);
    this.group = RankGroup.of(communicator.rank(), sync.ranksOf(world), world);
    this.layout = ParameterLayout.of(architecture);
    this.steps = steps(plan, configuration.get(Keys.RECALIBRATE).rows());
    this.moments =
        layout.normalizations().stream()
            .map(each -> new double[Moments.packedLength(each.features())])
            .toArray(double[][]::new);
  }

  /**
   * Recalibrates the merged model of an epoch if it is to be.
   *
   * @param merged its statistics change only if training continues with the recalibrated ones
   * @return the statistics to predict with; then, if they are recalibrated, the running ones
   */
  List<float[]> after(int epoch, NetworkState merged) {
    float[] running = merged.statistics();
    if (!isDueAfter(epoch)) {
      return List.of(running);
    }
    float[] copy = running.clone();
    boolean isAside = isForPrediction();
    float[] recalibrated = isAside ? copy : running;
    run(new NetworkState(merged.parameters(), recalibrated), epoch);
    return List.of(recalibrated, isAside ? running : copy);
  }

  /** Whether the model of an epoch is recalibrated, which is decided as if the run returned it. */
  private boolean isDueAfter(int epoch) {
    boolean mayStop =
        configuration.get(Keys.EARLY_STOPPING) > 0; // and may return any epoch's model
    int epochs = mayStop ? epoch : configuration.get(Keys.EPOCHS);
    // The network's own momentum: that of the configuration is not of a network from a file.
    OptionalDouble momentum =
        architecture.normalizations().stream()
            .mapToDouble(Layer.BatchNormalization::momentum)
            .max();
    return momentum.isPresent()
        && configuration.isRecalibratedAfter(
            (long) epochs * plan.stepsPerEpoch(), momentum.getAsDouble());
  }

  /**
   * Whether the recalibrated statistics are used for predictions only. Training then continues with
   * the running statistics, so that a long run ends with the same model as without recalibration.
   */
  private boolean isForPrediction() {
    return configuration.get(Keys.RECALIBRATE) instanceof Recalibrate.Auto;
  }

  /**
   * The fewest steps that have at least {@code rows} rows, or all steps of an epoch if it has
   * fewer.
   */
  static int steps(StepPlan plan, int rows) {
    int steps = 0;
    long taken = 0;
    while (taken < rows && steps < plan.stepsPerEpoch()) {
      taken += plan.globalRows(steps++);
    }
    return steps;
  }

  /**
   * Replaces the running statistics of a merged model by recalibrated ones, which are the same on
   * all ranks.
   */
  private void run(NetworkState state, int ofEpoch) {
    epoch = ofEpoch;
    if (buffers == null) {
      MiniBatches batches = MiniBatches.inOrder(rows, plan.batchSize());
      buffers =
          new Buffers(
              batches,
              new BatchView(batches),
              new Network(architecture, batches.maxRows(), this::reduce));
    }
    for (double[] layer : moments) {
      Arrays.fill(layer, 0);
    }
    // A forward pass updates running statistics, so it gets a copy.
    NetworkState scratch = new NetworkState(state.parameters(), state.statistics().clone());
    MiniBatches batches = buffers.batches;
    batches.startEpoch(epoch);
    long rowsTaken = 0;
    for (step = 0; step < steps; step++) {
      int count = batches.next();
      buffers.network.seed(
          Seeds.mix(configuration.get(Keys.SEED), communicator.rank(), epoch, step));
      buffers.network.forward(scratch, buffers.view.show(count));
      rowsTaken += count;
    }
    for (int layer = 0; layer < moments.length; layer++) {
      if (rowsTaken > 0) {
        Moments.scale(moments[layer], (double) rows.count() / rowsTaken);
      }
      communicator.allReduce(tag(layer), moments[layer], Moments::merge);
      if (moments[layer][0] > 0) {
        Moments.toStatistics(
            moments[layer], state.statistics(), layout.normalizations().get(layer).running());
      }
    }
  }

  /** Receives forward reductions only: there is no gradient, and nothing to do meanwhile. */
  private void reduce(
      int layer,
      RankReduction.Direction direction,
      double[] values,
      BiConsumer<double[], double[]> fold,
      Runnable meanwhile) {
    fold.accept(moments[layer], values);
    if (!sync.equals(Sync.LOCAL)) {
      communicator.allReduce(tag(layer), values, group, fold);
    }
  }

  /** Ends reading ahead. */
  void close() {
    if (buffers != null) {
      buffers.batches.close();
    }
  }

  private long tag(int layer) {
    return Tag.of(epoch, step, layer, Kind.RECALIBRATION);
  }
}
