package io.syncnorm.dl4j.fused;

import io.syncnorm.nn.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/** Rules that a network must satisfy for the fused engine to train it as DL4J does. */
final class FusedRules {
  private FusedRules() {}

  /**
   * Returns the common updater of all layers.
   *
   * @throws NotFusedException if layers have different updaters or a setting that the fused engine
   *     does not support
   */
  static Optimizer.Rule updater(MultiLayerConfiguration configuration) {
    refuse(!configuration.getInputPreProcessors().isEmpty(), "it has input preprocessors");
    List<IUpdater> updaters = new ArrayList<>();
    for (int i = 0; i < configuration.getConfs().size(); i++) {
      NeuralNetConfiguration conf = configuration.getConf(i);
      refuse(!conf.isMiniBatch(), "it is configured with miniBatch(false)");
      refuse(conf.getDataType() != DataType.FLOAT, "its data type is " + conf.getDataType());
      Layer layer = conf.getLayer();
      String where = String.format(Locale.ROOT, "layer %d ", i);
      refuse(layer.getIDropout() != null, where + "has dropout");
      refuse(
          layer.getConstraints() != null && !layer.getConstraints().isEmpty(),
          where + "has constraints");
      if (layer instanceof BaseLayer base && !(layer instanceof ActivationLayer)) {
        require(base, where);
        updaters.add(base.getIUpdater());
      }
    }
    refuse(
        updaters.stream().anyMatch(updater -> !Objects.equals(updater, updaters.get(0))),
        "its layers have different updaters");
    return supported(updaters.get(0));
  }

  static void requireSoftmaxCrossEntropy(OutputLayer output) {
    refuse(
        !(output.getActivationFn() instanceof ActivationSoftmax),
        "its output activation is not softmax");
    Class<?> loss = output.getLossFn().getClass();
    refuse(
        loss != LossMCXENT.class && loss != LossNegativeLogLikelihood.class,
        "its loss is %s, not cross-entropy".formatted(output.getLossFn()));
    refuse(((LossMCXENT) output.getLossFn()).getWeights() != null, "its loss has weights");
    refuse(!output.hasBias(), "its output layer has no bias");
  }

  static void require(BatchNormalization norm, int layer) {
    String where = String.format(Locale.ROOT, "layer %d ", layer);
    refuse(norm.isLockGammaBeta(), where + "locks gamma and beta");
    refuse(!norm.isMinibatch(), where + "normalizes with minibatch(false)");
    refuse(
        !(norm.getDecay() >= 0 && norm.getDecay() < 1 && norm.getEps() > 0),
        where + "has decay=%s eps=%s".formatted(norm.getDecay(), norm.getEps()));
  }

  private static void require(BaseLayer layer, String where) {
    refuse(
        !isEmpty(layer.getRegularization()) || !isEmpty(layer.getRegularizationBias()),
        where + "has regularization");
    refuse(layer.getWeightNoise() != null, where + "has weight noise");
    refuse(
        layer.getGradientNormalization() != null
            && layer.getGradientNormalization() != GradientNormalization.None,
        where + "has gradient normalization");
    refuse(
        layer.getBiasUpdater() != null && !layer.getBiasUpdater().equals(layer.getIUpdater()),
        where + "has a separate updater for its bias");
  }

  private static Optimizer.Rule supported(IUpdater updater) {
    if (updater instanceof Adam adam && adam.getLearningRateSchedule() == null) {
      return new io.syncnorm.nn.Adam.Rule(
          adam.getLearningRate(), adam.getBeta1(), adam.getBeta2(), adam.getEpsilon());
    }
    if (updater instanceof Sgd sgd && sgd.getLearningRateSchedule() == null) {
      return new io.syncnorm.nn.Sgd.Rule(sgd.getLearningRate());
    }
    throw new NotFusedException(
        "its updater is %s; the fused engine supports Adam and Sgd without a schedule"
            .formatted(updater));
  }

  private static boolean isEmpty(List<?> list) {
    return list == null || list.isEmpty();
  }

  private static void refuse(boolean refused, String reason) {
    if (refused) {
      throw new NotFusedException(reason);
    }
  }
}
