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

/** A {@code MultiLayerNetwork} or a {@code ComputationGraph}, seen alike. */
public sealed interface TrainableNetwork {
  Model model();

  /** Its layers that synchronize, if they are told with whom. */
  SynchronizedLayers synchronizedLayers();

  /** One update with one mini-batch. */
  void fit(MultiDataSet batch);

  /** Lays a mini-batch before the network, for a pass through it. */
  void show(MultiDataSet batch);

  /** Forgets what a pass has left in the layers. */
  void clear();

  Collection<TrainingListener> listeners();

  /**
   * Passes a mini-batch forward and backward, and updates nothing.
   *
   * @return the gradient of its summed loss, flat; for running statistics what an update subtracts
   */
  default float[] gradient(MultiDataSet batch) {
    show(batch);
    model().computeGradientAndScore(LayerWorkspaceMgr.noWorkspaces());
    listeners().forEach(listener -> listener.onGradientCalculation(model()));
    return ArrayValues.floats(model().getGradientsViewArray());
  }

  /** Tells listeners of the update, which must have been made, and forgets the pass. */
  default void finishIteration() {
    int iteration = iterationCount() - 1;
    listeners().forEach(listener -> listener.iterationDone(model(), iteration, epochCount()));
    clear();
  }

  /** Tells hooks of a mini-batch that comes next. */
  void before(MultiDataSet batch, List<TrainingHook> hooks);

  /** Tells hooks of a mini-batch that was trained on. */
  void after(MultiDataSet batch, List<TrainingHook> hooks);

  /** How many arrays of features and of labels it takes. */
  Arity arity();

  /** The updater's state as a live view; empty where the updater keeps none. */
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
   * What it predicts.
   *
   * @param features {@code [rows, inputs]}, row-major
   * @return {@code [rows, classes]}
   * @throws UnsupportedOperationException if it is a graph
   */
  float[] output(float[] features, int rows);

  void setScore(double score);

  /** Numbers of arrays. */
  record Arity(int features, int labels) {}

  /**
   * What it has learned, with all that training needs to go on: DL4J's flat parameters, running
   * statistics among them, and the updater's state as the one slot of the optimizer.
   *
   * @param velocity of the outer optimizer
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

  /** Replaces what it has learned by what {@link #snapshot} copied. */
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

  /** Layers in a chain. */
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
    public void show(MultiDataSet batch) {
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
    public void show(MultiDataSet batch) {
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
      throw new UnsupportedOperationException("graphs are trained, and not measured");
    }

    @Override
    public void setScore(double score) {
      network.setScore(score);
    }
  }
}
