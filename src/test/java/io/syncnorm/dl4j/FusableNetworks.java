package io.syncnorm.dl4j;

import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks in the forms that users write, all supported by the fused engine. */
public enum FusableNetworks {
  /** Dense with DL4J's default bias, normalization, activation layer. */
  BIAS_BEFORE_NORM {
    @Override
    List<Layer> layers() {
      return List.of(
          dense(9, Activation.IDENTITY, true),
          new BatchNormalization.Builder().build(),
          activation(Activation.RELU),
          dense(7, Activation.IDENTITY, true),
          new BatchNormalization.Builder().decay(0.8).eps(1e-3).useLogStd(false).build(),
          activation(Activation.TANH));
    }
  },
  /** In Keras' form: the activation in the dense layer, then normalization. */
  NORM_AFTER_ACTIVATION {
    @Override
    List<Layer> layers() {
      return List.of(
          dense(9, Activation.RELU, true),
          new BatchNormalization.Builder().build(),
          dense(7, Activation.SIGMOID, true),
          new BatchNormalization.Builder().useLogStd(false).build());
    }
  },
  /**
   * Without biases before normalization, with a middle layer that is not normalized, and without
   * activations.
   */
  MIXED {
    @Override
    List<Layer> layers() {
      return List.of(
          dense(9, Activation.IDENTITY, false),
          new BatchNormalization.Builder().build(),
          activation(Activation.RELU),
          dense(8, Activation.TANH, true),
          dense(7, Activation.IDENTITY, false),
          new BatchNormalization.Builder().build());
    }
  },
  PLAIN {
    @Override
    List<Layer> layers() {
      return List.of(dense(9, Activation.RELU, true), dense(7, Activation.SIGMOID, true));
    }
  };

  public static final int INPUTS = 12;
  public static final int CLASSES = 3;

  abstract List<Layer> layers();

  public MultiLayerNetwork network(IUpdater updater) {
    return network(updater, builder -> builder);
  }

  /** A network with further settings of all layers. */
  MultiLayerNetwork network(
      IUpdater updater, UnaryOperator<NeuralNetConfiguration.Builder> settings) {
    NeuralNetConfiguration.ListBuilder list = settings.apply(builder(updater)).list();
    int width = INPUTS;
    for (Layer layer : layers()) {
      if (layer instanceof DenseLayer dense) {
        dense.setNIn(width);
        width = (int) dense.getNOut();
      } else if (layer instanceof BatchNormalization norm) {
        norm.setNIn(width);
        norm.setNOut(width);
      }
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.layer(output(width)).build());
    network.init();
    return network;
  }

  static NeuralNetConfiguration.ListBuilder list(IUpdater updater) {
    return builder(updater).list();
  }

  private static NeuralNetConfiguration.Builder builder(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(updater)
        .weightInit(WeightInit.XAVIER)
        .biasInit(0.1);
  }

  static OutputLayer output(int width) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(width)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static DenseLayer dense(int width, Activation activation, boolean hasBias) {
    return new DenseLayer.Builder().nOut(width).activation(activation).hasBias(hasBias).build();
  }

  private static ActivationLayer activation(Activation activation) {
    return new ActivationLayer.Builder().activation(activation).build();
  }
}
