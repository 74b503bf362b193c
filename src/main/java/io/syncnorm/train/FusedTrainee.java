package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Seeds;
import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import io.syncnorm.nn.optimizer.Elapsed;
import io.syncnorm.nn.optimizer.Optimizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A network in fused loops over flat vectors, which are the live state. */
public final class FusedTrainee implements Trainee {
  private final Blueprint blueprint;
  private final MiniBatches batches;
  private final int batchSize;
  private final BatchView view;
  private MiniBatch batch;
  private final Network network;
  private final NetworkState state;
  private final Optimizer optimizer;
  private final float[] gradient;
  private final long seed;
  private final int rank;
  private long updatesBefore;
  private int epoch;
  private int stepInEpoch;
  private int stepsPerEpoch;

  /** Created for the first evaluation; later evaluations use the same mini-batches. */
  private Network measuring;

  private BatchView measured;

  /**
   * @throws IllegalArgumentException if the snapshot is not of this network
   */
  public FusedTrainee(
      Blueprint blueprint,
      Configuration configuration,
      Shard shard,
      Snapshot start,
      RankReduction reduction) {
    this.blueprint = blueprint;
    this.batches = Blueprint.batches(configuration, shard);
    this.batchSize = configuration.get(Keys.BATCH_SIZE);
    this.seed = configuration.get(Keys.SEED);
    this.rank = shard.rank();
    this.view = new BatchView(batches);
    this.batch = view.show(0);
    this.network = new Network(blueprint.architecture(), batches.maxRows(), reduction);
    ParameterLayout layout = ParameterLayout.of(blueprint.architecture());
    Snapshot.requireSame("parameters", layout.parameterCount(), start.parameters().length);
    Snapshot.requireSame("statistics", layout.statisticsCount(), start.statistics().length);
    this.state = new NetworkState(start.parameters().clone(), start.trainingStatistics().clone());
    this.optimizer = blueprint.optimizer().optimizer(state.parameters().length);
    Snapshot.requireSame("optimizerSlots", optimizer.slots().size(), start.optimizerSlots().size());
    for (int slot = 0; slot < start.optimizerSlots().size(); slot++) {
      float[] remembered = start.optimizerSlots().get(slot);
      System.arraycopy(remembered, 0, optimizer.slots().get(slot), 0, remembered.length);
    }
    optimizer.setUpdates(start.optimizerUpdates());
    this.gradient = new float[state.parameters().length];
  }

  @Override
  public void startEpoch(int epoch, int step, int stepsPerEpoch) {
    this.epoch = epoch;
    this.stepInEpoch = step;
    this.stepsPerEpoch = stepsPerEpoch;
    updatesBefore = optimizer.updates();
    batches.startEpoch(epoch, (long) step * batchSize);
  }

  @Override
  public long[] counters() {
    return new long[] {optimizer.updates(), updatesBefore};
  }

  @Override
  public void resume(long[] counters) {
    optimizer.setUpdates(counters[0]);
    updatesBefore = counters[1];
  }

  @Override
  public int load() {
    int rows = batches.next();
    batch = view.show(rows);
    return rows;
  }

  @Override
  public boolean loadAhead() {
    return batches.loadAhead();
  }

  @Override
  public void step(Step step) {
    // By its position, so that a resumed run drops the same values.
    network.seed(Seeds.mix(seed, rank, epoch, stepInEpoch));
    network.forward(state, batch);
    step.requireFinite(network.lossSum());
    network.backward(state, batch, gradient);
    float scale = step.scale(gradient, network.weightSum());
    if (scale > 0) {
      optimizer.moveTo(elapsed());
      optimizer.update(state.parameters(), gradient, scale);
    }
    if (step.keepsGradient()) {
      network.clear(batch, gradient);
    }
    stepInEpoch++;
  }

  /** What the learning rate depends on: the same on all ranks, whatever rows they have. */
  private Elapsed elapsed() {
    long before =
        blueprint.updates() == Blueprint.Updates.OF_WORLD
            ? updatesBefore
            : (epoch - 1L) * stepsPerEpoch;
    return new Elapsed(epoch - 1, stepInEpoch, stepsPerEpoch, before + stepInEpoch);
  }

  @Override
  public double lossSum() {
    return network.lossSum();
  }

  @Override
  public double correct() {
    return network.correct();
  }

  @Override
  public double weightSum() {
    return network.weightSum();
  }

  /**
   * Resets the optimizer; with {@link Blueprint.Updates#OF_WORLD} the count of updates continues,
   * as in DL4J.
   */
  @Override
  public void resetOptimizer() {
    long updates = optimizer.updates();
    optimizer.reset();
    if (blueprint.updates() == Blueprint.Updates.OF_WORLD) {
      optimizer.setUpdates(updates);
    }
  }

  @Override
  public void endEpoch(int steps) {
    Arrays.fill(gradient, 0f); // may have been used as scratch
    if (blueprint.updates() == Blueprint.Updates.OF_WORLD) {
      optimizer.setUpdates(updatesBefore + steps);
    }
  }

  @Override
  public NetworkState state() {
    return state;
  }

  @Override
  public Optimizer optimizer() {
    return optimizer;
  }

  /** The gradient, which is not needed between steps. */
  @Override
  public float[] scratch() {
    return gradient;
  }

  @Override
  public int statisticsHash() {
    return Arrays.hashCode(state.statistics());
  }

  @Override
  public Optional<Architecture> architecture() {
    return Optional.of(blueprint.architecture());
  }

  @Override
  public void evaluate(MiniBatches test, int rows, List<float[]> statistics, Evaluation into) {
    if (measuring == null) {
      measuring = new Network(blueprint.architecture(), test.maxRows(), RankReduction.NONE);
      measured = new BatchView(test);
    }
    MiniBatch shown = measured.show(rows);
    for (int i = 0; i < statistics.size(); i++) {
      NetworkState model = new NetworkState(state.parameters(), statistics.get(i));
      if (i == 0) {
        measuring.evaluate(model, shown);
        into.markAlive(measuring, rows);
      } else {
        measuring.reevaluate(model, shown);
      }
      into.add(i, measuring.lossSum(), measuring.correct(), measuring.weightSum());
    }
  }

  @Override
  public String remedy() {
    return blueprint.remedy();
  }

  @Override
  public void close() {
    batches.close();
  }
}
