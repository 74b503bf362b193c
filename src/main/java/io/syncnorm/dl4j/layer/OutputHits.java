package io.syncnorm.dl4j.layer;

import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.layers.LossLayer;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Counts the rows of mini-batches that are classified correctly during training. DL4J passes the
 * activations before the output layer to listeners, and one small product gives the logits. Counts
 * nothing if the output is neither an {@code OutputLayer} nor a {@code LossLayer}.
 */
public final class OutputHits extends BaseTrainingListener {
  private MultiDataSet batch;
  private int correct;

  /** Sets the next mini-batch. */
  void watch(MultiDataSet next) {
    batch = next;
    correct = 0;
  }

  /** Returns the number of correctly classified rows of the last mini-batch. */
  double correct() {
    return correct;
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    MultiLayerNetwork network = (MultiLayerNetwork) model;
    Layer output = network.getOutputLayer();
    INDArray input = activations.get(activations.size() - 1);
    if (output instanceof LossLayer) {
      count(input);
    } else if (output.getClass() == OutputLayer.class) {
      count(logits(output, preprocessed(network, input)));
    }
  }

  /**
   * Counts the rows whose largest output is their label.
   *
   * @param output {@code [rows, classes]}: probabilities or logits
   */
  private void count(INDArray output) {
    float[] values = ArrayValues.floats(output);
    float[] oneHot = ArrayValues.floats(batch.getLabels(0));
    int classes = Math.toIntExact(output.size(1));
    for (int at = 0; at < values.length; at += classes) {
      correct += largest(values, at, classes) == largest(oneHot, at, classes) ? 1 : 0;
    }
  }

  /**
   * Returns the index of the largest of {@code length} values starting at {@code from}; the first,
   * if there are several.
   */
  static int largest(float[] values, int from, int length) {
    int best = 0;
    for (int j = 1; j < length; j++) {
      best = values[from + j] > values[from + best] ? j : best;
    }
    return best;
  }

  private INDArray preprocessed(MultiLayerNetwork network, INDArray input) {
    InputPreProcessor before =
        network.getLayerWiseConfigurations().getInputPreProcess(network.getnLayers() - 1);
    int rows = Math.toIntExact(RowBatches.rows(batch));
    return before == null
        ? input
        : before.preProcess(input, rows, LayerWorkspaceMgr.noWorkspaces());
  }

  private static INDArray logits(Layer output, INDArray input) {
    INDArray logits = input.mmul(output.getParam(DefaultParamInitializer.WEIGHT_KEY));
    return output.paramTable().containsKey(DefaultParamInitializer.BIAS_KEY)
        ? logits.addiRowVector(output.getParam(DefaultParamInitializer.BIAS_KEY))
        : logits;
  }
}
