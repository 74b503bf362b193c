package io.syncnorm.dl4j.fused;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/**
 * The end of a DL4J network: an output layer with softmax and cross-entropy or, as in imported
 * Keras models, a dense layer and a loss layer with softmax in one of them or between them.
 */
final class FusedOutput {
  private FusedOutput() {}

  /**
   * Returns the index of the last layer with weights.
   *
   * @throws NotFusedException if the network has another end
   */
  static int at(List<Layer> layers) {
    int end = layers.size() - 1;
    if (layers.get(end).getClass() == OutputLayer.class) {
      OutputLayer output = (OutputLayer) layers.get(end);
      require(output.hasBias(), List.of(output.getActivationFn()), output.getLossFn());
      return end;
    }
    if (layers.get(end).getClass() != LossLayer.class) {
      throw unsupported(layers, end);
    }
    LossLayer loss = (LossLayer) layers.get(end);
    List<IActivation> activations = new ArrayList<>(List.of(loss.getActivationFn()));
    int dense = end - 1;
    while (dense >= 0 && layers.get(dense).getClass() == ActivationLayer.class) {
      activations.add(((ActivationLayer) layers.get(dense)).getActivationFn());
      dense--;
    }
    if (dense < 0 || layers.get(dense).getClass() != DenseLayer.class) {
      throw unsupported(layers, Math.max(0, dense));
    }
    DenseLayer layer = (DenseLayer) layers.get(dense);
    FusedRules.refuse(layer.hasLayerNorm(), "its output layer has layer normalization");
    activations.add(layer.getActivationFn());
    require(layer.hasBias(), activations, loss.getLossFn());
    return dense;
  }

  private static void require(
      boolean hasBias, List<IActivation> activations, ILossFunction lossFunction) {
    List<IActivation> others =
        activations.stream().filter(each -> !(each instanceof ActivationIdentity)).toList();
    FusedRules.refuse(
        others.size() != 1 || !(others.get(0) instanceof ActivationSoftmax),
        "its output activation is not softmax");
    Class<?> loss = lossFunction.getClass();
    FusedRules.refuse(
        loss != LossMCXENT.class && loss != LossNegativeLogLikelihood.class,
        "its loss is %s, not cross-entropy".formatted(lossFunction));
    FusedRules.refuse(((LossMCXENT) lossFunction).getWeights() != null, "its loss has weights");
    FusedRules.refuse(!hasBias, "its output layer has no bias");
  }

  private static NotFusedException unsupported(List<Layer> layers, int at) {
    return new NotFusedException(
        String.format(
            Locale.ROOT, "layer %d is a %s", at, layers.get(at).getClass().getSimpleName()));
  }
}
