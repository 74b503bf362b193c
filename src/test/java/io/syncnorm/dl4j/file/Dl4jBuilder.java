package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.ParameterLayout;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
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
            .updater(
                configuration.get(Keys.OPTIMIZER_TYPE) == Keys.OptimizerType.SGD
                    ? new Sgd(rate)
                    : new Adam(
                        rate,
                        configuration.get(Keys.BETA1),
                        configuration.get(Keys.BETA2),
                        configuration.get(Keys.OPTIMIZER_EPSILON)))
            .list();
    List<ParameterLayout.Layer> layers = ParameterLayout.of(architecture).layers();
    for (int i = 0; i < layers.size() - 1; i++) {
      ParameterLayout.Layer layer = layers.get(i);
      Architecture.Hidden hidden = architecture.hidden().get(i);
      list.layer(
          new DenseLayer.Builder()
              .nIn(layer.in())
              .nOut(layer.out())
              .hasBias(!layer.normalized())
              .activation(Activation.IDENTITY)
              .build());
      if (hidden.normalization() instanceof Architecture.BatchNormalized batchNorm) {
        list.layer(
            new BatchNormalization.Builder()
                .nIn(layer.out())
                .nOut(layer.out())
                .decay(batchNorm.momentum())
                .eps(batchNorm.epsilon())
                .useLogStd(false)
                .build());
      }
      String activation = hidden.activation().name().toLowerCase(Locale.ROOT);
      list.layer(
          new ActivationLayer.Builder().activation(Activation.fromString(activation)).build());
    }
    ParameterLayout.Layer output = layers.get(layers.size() - 1);
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(output.in())
            .nOut(output.out())
            .activation(Activation.SOFTMAX)
            .build());
    return list.build();
  }
}
