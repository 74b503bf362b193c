package io.syncnorm.dl4j;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Convolutional networks in the forms that users write, all supported by the fused engine. */
@SuppressWarnings("ImmutableEnumChecker") // of fields that nobody changes
public enum FusableImages {
  /** Flat rows; the bias before normalization is DL4J's default. */
  LENET(InputType.convolutionalFlat(12, 12, 1), 144) {
    @Override
    List<Layer> layers() {
      return List.of(
          convolution(4, 3).activation(new ActivationIdentity()).build(),
          norm(),
          relu(),
          pooling(PoolingType.MAX, 2, 2).build(),
          convolution(6, 3).hasBias(false).build(),
          norm(),
          relu(),
          pooling(PoolingType.MAX, 2, 2).build(),
          dense(9, new ActivationIdentity()),
          norm(),
          relu(),
          output());
    }
  },
  /** Images of three channels, channels first, flattened in front of a normalization. */
  CHANNELS_FIRST(InputType.convolutional(9, 8, 3, CNN2DFormat.NCHW), 3, 9, 8) {
    @Override
    List<Layer> layers() {
      return List.of(
          norm(),
          convolution(5, 3).activation(new ActivationReLU()).build(),
          norm(),
          pooling(PoolingType.AVG, 2, 2).build(),
          dense(7, new ActivationTanH()),
          output());
    }
  },
  /** Flat rows with channels first, whose output layer takes the flattened image. */
  FLAT_CHANNELS(InputType.convolutionalFlat(7, 9, 2), 126) {
    @Override
    List<Layer> layers() {
      return List.of(convolution(3, 3).activation(new ActivationELU()).build(), output());
    }
  },
  CHANNELS_LAST(InputType.convolutional(9, 8, 3, CNN2DFormat.NHWC), 9, 8, 3) {
    @Override
    List<Layer> layers() {
      return List.of(
          convolution(5, 3)
              .dataFormat(CNN2DFormat.NHWC)
              .activation(new ActivationLReLU(0.1))
              .build(),
          new BatchNormalization.Builder().dataFormat(CNN2DFormat.NHWC).build(),
          pooling(PoolingType.MAX, 3, 2).dataFormat(CNN2DFormat.NHWC).build(),
          dense(7, new ActivationELU()),
          norm(),
          output());
    }
  },
  /** Strides and "same", whose padding is uneven here. */
  SAME(InputType.convolutional(11, 10, 2, CNN2DFormat.NCHW), 2, 11, 10) {
    @Override
    List<Layer> layers() {
      return List.of(
          convolution(4, 4).convolutionMode(ConvolutionMode.Same).build(),
          norm(),
          relu(),
          new ConvolutionLayer.Builder(3, 2)
              .stride(2, 3)
              .nOut(5)
              .convolutionMode(ConvolutionMode.Same)
              .activation(new ActivationReLU())
              .build(),
          pooling(PoolingType.AVG, 3, 2).convolutionMode(ConvolutionMode.Same).build(),
          pooling(PoolingType.MAX, 2, 2).convolutionMode(ConvolutionMode.Same).build(),
          output());
    }
  },
  /** Padding in numbers, with a divisor that counts it. */
  PADDED(InputType.convolutional(10, 10, 2, CNN2DFormat.NCHW), 2, 10, 10) {
    @Override
    List<Layer> layers() {
      return List.of(
          convolution(4, 3).padding(1, 2).stride(2, 1).build(),
          norm(),
          new ActivationLayer.Builder().activation(Activation.SIGMOID).build(),
          pooling(PoolingType.AVG, 3, 2).padding(1, 1).avgPoolIncludePadInDivisor(true).build(),
          output());
    }
  },
  /** As {@link #PADDED}, with a divisor that counts pixels of the image only, DL4J's default. */
  PADDED_UNCOUNTED(InputType.convolutional(10, 10, 2, CNN2DFormat.NCHW), 2, 10, 10) {
    @Override
    List<Layer> layers() {
      return List.of(
          convolution(4, 3).padding(1, 2).stride(2, 1).activation(new ActivationTanH()).build(),
          pooling(PoolingType.AVG, 3, 2).padding(1, 1).build(),
          pooling(PoolingType.MAX, 3, 2).padding(1, 1).build(),
          output());
    }
  },
  /** Zeros around an image as a layer of their own, as imported Keras models have them. */
  ZEROS(InputType.convolutional(10, 9, 2, CNN2DFormat.NCHW), 2, 10, 9) {
    @Override
    List<Layer> layers() {
      return List.of(
          new ZeroPaddingLayer(0, 1, 2, 0),
          convolution(4, 3).padding(1, 0).stride(2, 1).activation(new ActivationTanH()).build(),
          new ZeroPaddingLayer(1, 0, 0, 1),
          pooling(PoolingType.AVG, 2, 2).avgPoolIncludePadInDivisor(true).build(),
          output());
    }
  },
  GLOBAL(InputType.convolutional(8, 8, 2, CNN2DFormat.NCHW), 2, 8, 8) {
    @Override
    List<Layer> layers() {
      return List.of(
          convolution(6, 3).activation(new ActivationReLU()).build(),
          new GlobalPoolingLayer.Builder(PoolingType.AVG).build(),
          output());
    }
  },
  GLOBAL_CHANNELS_LAST(InputType.convolutional(8, 8, 2, CNN2DFormat.NHWC), 8, 8, 2) {
    @Override
    List<Layer> layers() {
      return List.of(
          convolution(6, 3).dataFormat(CNN2DFormat.NHWC).activation(new ActivationReLU()).build(),
          new BatchNormalization.Builder().dataFormat(CNN2DFormat.NHWC).build(),
          new GlobalPoolingLayer.Builder(PoolingType.AVG).build(),
          output());
    }
  },
  /** The end of imported Keras models. */
  LOSS_LAYER(InputType.convolutional(6, 6, 1, CNN2DFormat.NCHW), 1, 6, 6) {
    @Override
    List<Layer> layers() {
      return List.of(
          convolution(6, 3).activation(new ActivationReLU()).build(),
          new DenseLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build(),
          new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.IDENTITY).build());
    }
  };

  public static final int CLASSES = 3;

  private final InputType input;
  private final long[] rowShape;

  FusableImages(InputType input, long... rowShape) {
    this.input = input;
    this.rowShape = rowShape;
  }

  abstract List<Layer> layers();

  /** The shape of a row's features, without rows. */
  public long[] rowShape() {
    return rowShape.clone();
  }

  public MultiLayerConfiguration configuration(IUpdater updater) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .updater(updater)
            .weightInit(WeightInit.XAVIER)
            .biasInit(0.1)
            .list();
    layers().forEach(list::layer);
    return list.setInputType(input).build();
  }

  public MultiLayerNetwork network(IUpdater updater) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(updater));
    network.init();
    return network;
  }

  private static ConvolutionLayer.Builder convolution(int filters, int size) {
    return new ConvolutionLayer.Builder(size, size)
        .nOut(filters)
        .activation(new ActivationIdentity());
  }

  private static SubsamplingLayer.Builder pooling(PoolingType type, int size, int stride) {
    return new SubsamplingLayer.Builder(type).kernelSize(size, size).stride(stride, stride);
  }

  private static BatchNormalization norm() {
    return new BatchNormalization.Builder().decay(0.8).eps(1e-3).build();
  }

  private static ActivationLayer relu() {
    return new ActivationLayer.Builder().activation(Activation.RELU).build();
  }

  private static DenseLayer dense(int width, IActivation activation) {
    return new DenseLayer.Builder().nOut(width).activation(activation).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
