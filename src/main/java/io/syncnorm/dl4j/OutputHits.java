package io.syncnorm.dl4j;

import java.util.Iterator;
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
 * Counts how many rows of the mini-batches were classified right as they were trained on: DL4J
 * tells listeners what the layers before the output gave, and the largest logit is one small
 * product away. Counts nothing where the output is neither an {@code OutputLayer} nor a {@code
 * LossLayer}.
 */
final class OutputHits extends BaseTrainingListener {
  private final NetworkScore score = new NetworkScore();
  private MultiDataSet batch;

  NetworkScore score() {
    return score;
  }

  /** Notes each mini-batch as it is taken. */
  Iterator<MultiDataSet> watching(Iterator<MultiDataSet> batches) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return batches.hasNext();
      }

      @Override
      public MultiDataSet next() {
        batch = batches.next();
        return batch;
      }
    };
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    MultiLayerNetwork network = (MultiLayerNetwork) model;
    Layer output = network.getOutputLayer();
    INDArray input = activations.get(activations.size() - 1);
    if (output instanceof LossLayer) {
      score.add(input, batch);
    } else if (output.getClass() == OutputLayer.class) {
      score.add(logits(output, preprocessed(network, input)), batch);
    }
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
