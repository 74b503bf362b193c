package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A {@code MultiLayerNetwork} or a {@code ComputationGraph}, seen alike. */
sealed interface TrainableNetwork {
  Model model();

  /** Binds its synchronized layers to the ranks. */
  SyncScope enter(Communicator communicator);

  /** One update with one mini-batch. */
  void fit(MultiDataSet batch);

  /** Tells hooks of a mini-batch that comes next. */
  void before(MultiDataSet batch, List<TrainingHook> hooks);

  /** Tells hooks of a mini-batch that was trained on. */
  void after(MultiDataSet batch, List<TrainingHook> hooks);

  /** How many arrays of features and of labels it takes. */
  Arity arity();

  /** The updater's state as a live view; empty where the updater keeps none. */
  Optional<INDArray> updaterState();

  void setUpdaterState(INDArray state);

  void setListeners(List<TrainingListener> listeners);

  int iterationCount();

  void setIterationCount(int count);

  int epochCount();

  void setScore(double score);

  /** Numbers of arrays. */
  record Arity(int features, int labels) {}

  /** Copies what it has learned. */
  default NetworkVectors vectors() {
    return new NetworkVectors(
        ArrayValues.floats(model().params()),
        updaterState().map(ArrayValues::floats).orElse(new float[0]));
  }

  /** Replaces what it has learned. */
  default void setVectors(NetworkVectors vectors) {
    model().params().assign(row(vectors.parameters()));
    if (vectors.updaterState().length > 0) {
      setUpdaterState(row(vectors.updaterState()));
    }
  }

  private static INDArray row(float[] values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }

  /** Layers in a chain. */
  record Chain(MultiLayerNetwork network) implements TrainableNetwork {
    @Override
    public Model model() {
      return network;
    }

    @Override
    public SyncScope enter(Communicator communicator) {
      return SyncScope.enter(network, communicator);
    }

    @Override
    public void fit(MultiDataSet batch) {
      network.fit(single(batch));
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
    public Optional<INDArray> updaterState() {
      return Optional.ofNullable(network.getUpdater().getStateViewArray());
    }

    @Override
    public void setUpdaterState(INDArray state) {
      network.getUpdater().setStateViewArray(network, state, false);
    }

    @Override
    public void setListeners(List<TrainingListener> listeners) {
      network.setListeners(listeners);
    }

    @Override
    public int iterationCount() {
      return network.getIterationCount();
    }

    @Override
    public void setIterationCount(int count) {
      network.setIterationCount(count);
    }

    @Override
    public int epochCount() {
      return network.getEpochCount();
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
    public SyncScope enter(Communicator communicator) {
      return SyncScope.enter(network, communicator);
    }

    @Override
    public void fit(MultiDataSet batch) {
      network.fit(batch);
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
    public Optional<INDArray> updaterState() {
      return Optional.ofNullable(network.getUpdater().getStateViewArray());
    }

    @Override
    public void setUpdaterState(INDArray state) {
      network.getUpdater().setStateViewArray(state);
    }

    @Override
    public void setListeners(List<TrainingListener> listeners) {
      network.setListeners(listeners);
    }

    @Override
    public int iterationCount() {
      return network.getIterationCount();
    }

    @Override
    public void setIterationCount(int count) {
      network.getConfiguration().setIterationCount(count);
    }

    @Override
    public int epochCount() {
      return network.getEpochCount();
    }

    @Override
    public void setScore(double score) {
      network.setScore(score);
    }
  }
}
