package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Builds configured networks with DL4J's own builder, the oracle for our writer. */
final class Dl4jBuilder {
  private Dl4jBuilder() {}

  static MultiLayerConfiguration configuration(
      Architecture architecture, Configuration configuration) {
    double rate = configuration.get(Keys.LEARNING_RATE);
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(configuration.get(Keys.SEED))
            .weightInit(
                switch (configuration.get(Keys.INITIALIZATION)) {
                  case GLOROT_UNIFORM, GLOROT_NORMAL -> WeightInit.XAVIER;
                  case HE_UNIFORM -> WeightInit.RELU_UNIFORM;
                  case HE_NORMAL -> WeightInit.RELU;
                })
            .updater(
                configuration.get(Keys.OPTIMIZER_TYPE) == Keys.OptimizerType.SGD
                    ? new Sgd(rate)
                    : new Adam(
                        rate,
                        configuration.get(Keys.BETA1),
                        configuration.get(Keys.BETA2),
                        configuration.get(Keys.OPTIMIZER_EPSILON)))
            .list();
    List<Dimensions> dimensions = architecture.dimensions();
    for (int i = 0; i < architecture.layers().size(); i++) {
      list.layer(layer(architecture.layers().get(i), dimensions.get(i).channels()));
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(dimensions.get(architecture.layers().size()).channels())
            .nOut(architecture.classes())
            .activation(Activation.SOFTMAX)
            .build());
    return list.build();
  }

  private static org.deeplearning4j.nn.conf.layers.Layer layer(Layer layer, int inputs) {
    if (layer instanceof Layer.Dense dense) {
      return new DenseLayer.Builder()
          .nIn(inputs)
          .nOut(dense.width())
          .hasBias(dense.bias() == Layer.Bias.TRAINED)
          .activation(Activation.IDENTITY)
          .build();
    }
    if (layer instanceof Layer.BatchNormalization batchNorm) {
      return new BatchNormalization.Builder()
          .nIn(inputs)
          .nOut(inputs)
          .decay(batchNorm.momentum())
          .eps(batchNorm.epsilon())
          .useLogStd(false)
          .build();
    }
    String name = ((Layer.Activated) layer).activation().name().toLowerCase(Locale.ROOT);
    return new ActivationLayer.Builder().activation(Activation.fromString(name)).build();
  }
}
