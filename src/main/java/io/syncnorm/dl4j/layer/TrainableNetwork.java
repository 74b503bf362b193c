package io.syncnorm.dl4j.layer;

import io.syncnorm.train.Snapshot;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.solvers.BaseOptimizer;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A common interface of {@code MultiLayerNetwork} and {@code ComputationGraph}. */
public sealed interface TrainableNetwork {
  Model model();

  /** Returns the network's layers that can synchronize. */
  SynchronizedLayers synchronizedLayers();

  /** Makes one update with one mini-batch. */
  void fit(MultiDataSet batch);

  /** Sets the mini-batch for the next pass. */
  void setInput(MultiDataSet batch);

  /** Clears the layers' state after a pass. */
  void clear();

  Collection<TrainingListener> listeners();

  /**
   * Computes the gradient of a mini-batch without an update.
   *
   * @return the flat gradient of the summed loss; for running statistics, the values that an update
   *     subtracts
   */
  default float[] gradient(MultiDataSet batch) {
    setInput(batch);
    model().computeGradientAndScore(LayerWorkspaceMgr.noWorkspaces());
    listeners().forEach(listener -> listener.onGradientCalculation(model()));
    return ArrayValues.floats(model().getGradientsViewArray());
  }

  /** Notifies listeners after an update, and clears the layers' state. */
  default void finishIteration() {
    int iteration = iterationCount() - 1;
    listeners().forEach(listener -> listener.iterationDone(model(), iteration, epochCount()));
    clear();
  }

  /** Notifies hooks before a mini-batch. */
  void before(MultiDataSet batch, List<TrainingHook> hooks);

  /** Notifies hooks after a mini-batch. */
  void after(MultiDataSet batch, List<TrainingHook> hooks);

  /** Returns the number of feature and label arrays that the network expects. */
  Arity arity();

  /** Returns the updater's state as a live view; empty if the updater has none. */
  default Optional<INDArray> updaterState() {
    return Optional.ofNullable(((NeuralNetwork) model()).updaterState());
  }

  default int iterationCount() {
    return BaseOptimizer.getIterationCount(model());
  }

  default void setIterationCount(int count) {
    BaseOptimizer.incrementIterationCount(model(), count - iterationCount());
  }

  default int epochCount() {
    return BaseOptimizer.getEpochCount(model());
  }

  void setEpochCount(int count);

  /**
   * Predicts with running statistics.
   *
   * @param features {@code [rows, inputs]}, row-major
   * @return {@code [rows, classes]}
   * @throws UnsupportedOperationException if the network is a graph
   */
  float[] output(float[] features, int rows);

  void setScore(double score);

  /** Numbers of feature and label arrays. */
  record Arity(int features, int labels) {}

  /**
   * Returns a snapshot to resume training from: DL4J's flat parameters, which include running
   * statistics, and the updater's state as the optimizer's only slot.
   *
   * @param velocity velocity of the outer optimizer
   */
  default Snapshot snapshot(float[] velocity) {
    return new Snapshot(
        0,
        ArrayValues.floats(model().params()),
        new float[0],
        updaterState().map(state -> List.of(ArrayValues.floats(state))).orElse(List.of()),
        iterationCount(),
        velocity);
  }

  /** Restores a snapshot taken by {@link #snapshot}. */
  default void restore(Snapshot snapshot) {
    setParameters(snapshot.parameters());
    snapshot.optimizerSlots().forEach(this::setUpdaterState);
    setIterationCount(Math.toIntExact(snapshot.optimizerUpdates()));
  }

  default void setParameters(float[] flat) {
    model().params().assign(ArrayValues.row(flat));
  }

  default void setUpdaterState(float[] state) {
    updaterState().ifPresent(view -> view.assign(ArrayValues.row(state)));
  }

  /** A chain of layers. */
  record Chain(MultiLayerNetwork network) implements TrainableNetwork {
    @Override
    public Model model() {
      return network;
    }

    @Override
    public SynchronizedLayers synchronizedLayers() {
      return SynchronizedLayers.of(network);
    }

    @Override
    public void fit(MultiDataSet batch) {
      network.fit(single(batch));
    }

    @Override
    public void setInput(MultiDataSet batch) {
      network.setInput(batch.getFeatures(0));
      network.setLabels(batch.getLabels(0));
      network.setLayerMaskArrays(batch.getFeaturesMaskArray(0), batch.getLabelsMaskArray(0));
    }

    @Override
    public void clear() {
      network.clearLayerMaskArrays();
      network.clearLayersStates();
    }

    @Override
    public Collection<TrainingListener> listeners() {
      return network.getListeners();
    }

    @Override
    public void before(MultiDataSet batch, List<TrainingHook> hooks) {
      hooks.forEach(hook -> hook.preUpdate(single(batch), network));
    }

    @Override
    public void after(MultiDataSet batch, List<TrainingHook> hooks) {
      hooks.forEach(hook -> hook.postUpdate(single(batch), network));
    }

    @Override
    public Arity arity() {
      return new Arity(1, 1);
    }

    @Override
    public void setEpochCount(int count) {
      network.setEpochCount(count);
    }

    @Override
    public float[] output(float[] features, int rows) {
      return ArrayValues.floats(
          network.output(Nd4j.createFromArray(features).reshape(rows, features.length / rows)));
    }

    @Override
    public void setScore(double score) {
      network.setScore(score);
    }

    private static DataSet single(MultiDataSet batch) {
      return new DataSet(
          batch.getFeatures(0),
          batch.getLabels(0),
          batch.getFeaturesMaskArray(0),
          batch.getLabelsMaskArray(0));
    }
  }

  /** A graph of layers. */
  record Graph(ComputationGraph network) implements TrainableNetwork {
    @Override
    public Model model() {
      return network;
    }

    @Override
    public SynchronizedLayers synchronizedLayers() {
      return SynchronizedLayers.of(network);
    }

    @Override
    public void fit(MultiDataSet batch) {
      network.fit(batch);
    }

    @Override
    public void setInput(MultiDataSet batch) {
      network.setInputs(batch.getFeatures());
      network.setLabels(batch.getLabels());
      network.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
    }

    @Override
    public void clear() {
      network.clearLayerMaskArrays();
      network.clearLayersStates();
    }

    @Override
    public Collection<TrainingListener> listeners() {
      return network.getListeners();
    }

    @Override
    public void before(MultiDataSet batch, List<TrainingHook> hooks) {
      hooks.forEach(hook -> hook.preUpdate(batch, network));
    }

    @Override
    public void after(MultiDataSet batch, List<TrainingHook> hooks) {
      hooks.forEach(hook -> hook.postUpdate(batch, network));
    }

    @Override
    public Arity arity() {
      ComputationGraphConfiguration configuration = network.getConfiguration();
      return new Arity(
          configuration.getNetworkInputs().size(), configuration.getNetworkOutputs().size());
    }

    @Override
    public void setEpochCount(int count) {
      network.getConfiguration().setEpochCount(count);
    }

    @Override
    public float[] output(float[] features, int rows) {
      throw new UnsupportedOperationException("graphs can be trained but not evaluated");
    }

    @Override
    public void setScore(double score) {
      network.setScore(score);
    }
  }
}
