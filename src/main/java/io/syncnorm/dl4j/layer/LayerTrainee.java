package io.syncnorm.dl4j.layer;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Keys.Merge;
import io.syncnorm.config.Recalibrate;
import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.optimizer.Optimizer;
import io.syncnorm.nn.optimizer.OuterOptimizer;
import io.syncnorm.train.Evaluation;
import io.syncnorm.train.Trainee;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A trainee that computes with DL4J's own layers and synchronized batch normalization. As in DL4J,
 * running statistics are part of the parameters. The updater's state, if there is any, is the
 * optimizer's only slot. If ranks do not all normalize together, stored running statistics are
 * averaged, as DL4J's own master does.
 */
public final class LayerTrainee implements Trainee {
  /** Advice for the user of a DL4J network whose loss diverges. */
  public static final String REMEDY =
      "lower the learning rate of the network's updater, or normalize more of its layers";

  private final Configuration configuration;
  private final TrainableNetwork network;
  private final SynchronizedLayers layers;
  private final LayerRows rows;
  private final List<TrainingHook> hooks;
  private final Optional<OutputHits> hits;
  private final NetworkUpdater optimizer;
  private final NetworkState state;
  private final int[] statisticsAt;
  private final int[] undividedAt;
  private final int epochsBefore;
  private Merge merge;
  private Iterator<MultiDataSet> batches;
  private MultiDataSet batch;
  private int batchRows;
  private int iterationsBefore;

  /** The rows of a rank, for training and evaluation. */
  public interface LayerRows {
    /** Returns the mini-batches of an epoch; epochs count from 1. */
    Iterator<MultiDataSet> epoch(int epoch);

    /** Returns the mini-batches of an epoch without the first ones. */
    default Iterator<MultiDataSet> epoch(int epoch, int skipped) {
      Iterator<MultiDataSet> batches = epoch(epoch);
      for (int i = 0; i < skipped && batches.hasNext(); i++) {
        batches.next();
      }
      return batches;
    }

    /** Makes the random numbers that follow depend on this step, not on those drawn before. */
    default void reseed(int epoch, int step) {}

    /** Returns the features of the current mini-batch in the network's form. */
    default float[] features(MiniBatches from, int count) {
      int at = from.featuresAt();
      return Arrays.copyOfRange(from.features(), at, at + count * from.rowLength());
    }

    /** Ends reading ahead. */
    default void close() {}
  }

  /**
   * Creates a trainee.
   *
   * @param hits counts the rows that are classified correctly in training
   * @param reduction connects the layers with the other ranks
   */
  public LayerTrainee(
      Configuration configuration,
      TrainableNetwork network,
      LayerRows rows,
      List<TrainingHook> hooks,
      Optional<OutputHits> hits,
      RankReduction reduction) {
    this.configuration = configuration;
    this.network = network;
    this.layers = network.synchronizedLayers();
    layers.synchronize(reduction);
    this.rows = rows;
    this.hooks = hooks;
    this.hits = hits;
    this.statisticsAt = layers.statisticsAt(network.model().params());
    this.epochsBefore = network.epochCount();
    this.optimizer = new NetworkUpdater(network);
    this.state = new NetworkState(ArrayValues.floats(network.model().params()), new float[0]);
    this.undividedAt =
        network.model().conf().isMiniBatch()
            ? statisticsAt
            : IntStream.range(0, state.parameters().length).toArray();
  }

  /** Returns the settings that DL4J's layers do not support, each with its only supported value. */
  public static List<String> onlySettings(Configuration configuration) {
    return configuration.get(Keys.RECALIBRATE) instanceof Recalibrate.EachEpoch each
            && each.rows() > 0
        ? List.of("model.batch-norm.recalibrate = 0")
        : List.of();
  }

  @Override
  public void startEpoch(int epoch, int step, int stepsPerEpoch) {
    network.setEpochCount(epochsBefore + epoch - 1);
    merge = configuration.mergeIn(epoch);
    iterationsBefore = network.iterationCount();
    batches = rows.epoch(epoch, step);
  }

  @Override
  public long[] counters() {
    return new long[] {network.iterationCount(), iterationsBefore};
  }

  @Override
  public void resume(long[] counters) {
    network.setIterationCount(Math.toIntExact(counters[0]));
    iterationsBefore = Math.toIntExact(counters[1]);
  }

  @Override
  public void reseed(int epoch, int step) {
    rows.reseed(epoch, step);
  }

  @Override
  public int load() {
    batch = batches.hasNext() ? batches.next() : null;
    batchRows = batch == null ? 0 : Math.toIntExact(RowBatches.rows(batch));
    return batchRows;
  }

  @Override
  public void step(Step step) {
    if (batch != null) {
      hits.ifPresent(each -> each.watch(batch));
      network.before(batch, hooks);
    }
    if (merge == Merge.GRADIENTS) {
      updateMerged(step);
    } else if (batch == null) {
      layers.stepWithoutRows();
    } else {
      network.fit(batch);
    }
    if (batch != null) {
      network.after(batch, hooks);
      step.requireFinite(network.model().score());
    }
  }

  /** Updates with the gradient of all ranks, which includes the change of running statistics. */
  private void updateMerged(Step step) {
    float[] gradient;
    if (batch == null) {
      layers.exchangeWithoutRows();
      gradient = new float[state.parameters().length];
    } else {
      gradient = network.gradient(batch);
      step.requireFinite(network.model().score());
      for (int at : undividedAt) {
        gradient[at] *= batchRows;
      }
    }
    float scale = step.scale(gradient, batchRows);
    if (scale > 0) {
      optimizer.update(state.parameters(), gradient, scale);
    }
    if (batch != null) {
      network.finishIteration();
    }
  }

  @Override
  public double lossSum() {
    return batch == null ? 0 : network.model().score() * batchRows;
  }

  @Override
  public double correct() {
    return batch == null ? 0 : hits.map(OutputHits::correct).orElse(Double.NaN);
  }

  @Override
  public double weightSum() {
    return batchRows;
  }

  @Override
  public void endEpoch(int steps) {
    network.setIterationCount(iterationsBefore + steps);
  }

  @Override
  public NetworkState state() {
    return state;
  }

  @Override
  public Optimizer optimizer() {
    return optimizer;
  }

  @Override
  public void copyOut() {
    float[] parameters = ArrayValues.floats(network.model().params());
    System.arraycopy(parameters, 0, state.parameters(), 0, parameters.length);
    optimizer.copyOut();
  }

  @Override
  public void copyIn() {
    network.setParameters(state.parameters());
    optimizer.slots().forEach(network::setUpdaterState);
  }

  @Override
  public void moveBy(OuterOptimizer outer) {
    float[] parameters = state.parameters();
    float[] statistics = new float[statisticsAt.length];
    for (int i = 0; i < statisticsAt.length; i++) {
      statistics[i] = parameters[statisticsAt[i]];
    }
    outer.step(parameters);
    for (int i = 0; i < statisticsAt.length; i++) {
      parameters[statisticsAt[i]] = statistics[i];
    }
  }

  @Override
  public int statisticsHash() {
    return layers.statisticsHash();
  }

  @Override
  public Optional<Architecture> architecture() {
    return Optional.empty();
  }

  @Override
  public void evaluate(MiniBatches test, int count, List<float[]> statistics, Evaluation into) {
    float[] probabilities = network.output(rows.features(test, count), count);
    int classes = probabilities.length / count;
    for (int row = 0; row < count; row++) {
      int at = row * classes;
      int label = test.labels()[row];
      double loss = -Math.log(Math.max(probabilities[at + label], Float.MIN_VALUE));
      into.add(0, loss, OutputHits.largest(probabilities, at, classes) == label ? 1 : 0, 1);
    }
  }

  @Override
  public String remedy() {
    return REMEDY;
  }

  @Override
  public void close() {
    layers.synchronize(RankReduction.NONE);
    rows.close();
  }
}
