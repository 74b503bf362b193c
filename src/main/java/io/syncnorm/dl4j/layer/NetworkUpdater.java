package io.syncnorm.dl4j.layer;

import io.syncnorm.nn.optimizer.Optimizer;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.solvers.BaseOptimizer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A DL4J network's updater and its state. The network itself updates with its own gradient; {@link
 * #update} updates with any gradient. The number of updates is the network's iteration count, which
 * continues when the state is reset.
 */
final class NetworkUpdater implements Optimizer {
  private final TrainableNetwork network;
  private final List<float[]> slots;

  NetworkUpdater(TrainableNetwork network) {
    this.network = network;
    this.slots =
        network.updaterState().map(state -> List.of(ArrayValues.floats(state))).orElse(List.of());
  }

  /** Copies the updater's state to {@link #slots}. */
  void copyOut() {
    network
        .updaterState()
        .map(ArrayValues::floats)
        .ifPresent(now -> System.arraycopy(now, 0, slots.get(0), 0, now.length));
  }

  /**
   * Updates the network itself.
   *
   * @param parameters not changed
   * @param gradient flat gradient; for running statistics, the values to subtract from them
   */
  @Override
  public void update(float[] parameters, float[] gradient, float scale) {
    Model model = network.model();
    Gradient parts = gradientParts(model);
    parts.gradient().assign(ArrayValues.row(gradient)).muli(scale);
    model
        .getOptimizer()
        .updateGradientAccordingToParams(parts, model, 1, LayerWorkspaceMgr.noWorkspaces());
    model.params().subi(parts.gradient());
    BaseOptimizer.incrementIterationCount(model, 1);
    BaseOptimizer.applyConstraints(model);
  }

  /**
   * Returns the network's flat gradient with its named parts, which gradient normalization and
   * clipping need.
   */
  private static Gradient gradientParts(Model model) {
    INDArray flat = model.getGradientsViewArray();
    Gradient parts = new DefaultGradient(flat);
    model
        .paramTable()
        .forEach(
            (name, values) -> {
              long from = values.offset() - model.params().offset();
              parts.setGradientFor(
                  name,
                  flat.get(
                      NDArrayIndex.interval(0, 0, true),
                      NDArrayIndex.interval(from, from + values.length())));
            });
    return parts;
  }

  @Override
  public List<float[]> slots() {
    return slots;
  }

  @Override
  public long updates() {
    return network.iterationCount();
  }

  @Override
  public void setUpdates(long updates) {
    network.setIterationCount(Math.toIntExact(updates));
  }

  @Override
  public void reset() {
    slots.forEach(slot -> Arrays.fill(slot, 0f));
  }
}
