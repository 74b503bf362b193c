package io.syncnorm.dl4j;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Small networks with plain DL4J batch normalization, and rows for them. */
public enum Networks {
  /** Dense, with two normalizations. */
  MLP {
    @Override
    List<Layer> layers(BatchNormalization.Builder norm) {
      return List.of(
          new DenseLayer.Builder().nOut(7).activation(Activation.IDENTITY).hasBias(false).build(),
          norm.activation(Activation.IDENTITY).build(),
          new DenseLayer.Builder().nOut(5).activation(Activation.TANH).build(),
          norm.build(),
          new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build());
    }

    @Override
    InputType input() {
      return InputType.feedForward(6);
    }
  },
  /** Convolutional, channels first; the second normalization is dense. */
  CNN {
    @Override
    List<Layer> layers(BatchNormalization.Builder norm) {
      return convolutional(norm);
    }

    @Override
    InputType input() {
      return InputType.convolutional(6, 5, 2, CNN2DFormat.NCHW);
    }
  },
  /** Convolutional, channels last. */
  CNN_NHWC {
    @Override
    List<Layer> layers(BatchNormalization.Builder norm) {
      return convolutional(norm);
    }

    @Override
    InputType input() {
      return InputType.convolutional(6, 5, 2, CNN2DFormat.NHWC);
    }
  },
  /** Recurrent, with normalization in the wrapper that DL4J's own layer needs. */
  RECURRENT {
    @Override
    List<Layer> layers(BatchNormalization.Builder norm) {
      return List.of(
          new LSTM.Builder().nOut(4).build(),
          new TimeDistributed(norm.nIn(4).nOut(4).build()),
          new RnnOutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build());
    }

    @Override
    InputType input() {
      return InputType.recurrent(3, TIME);
    }
  };

  static final int CLASSES = 3;
  static final int TIME = 5;

  abstract List<Layer> layers(BatchNormalization.Builder norm);

  abstract InputType input();

  MultiLayerConfiguration configuration(
      BatchNormalization.Builder norm, IUpdater updater, DataType type) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(3).updater(updater).dataType(type).list();
    layers(norm).forEach(list::layer);
    return list.setInputType(input()).build();
  }

  /** Returns a network with trained gamma and beta, and SGD. */
  public MultiLayerNetwork network(DataType type) {
    return initialized(configuration(new BatchNormalization.Builder(), new Sgd(0.1), type));
  }

  /** Returns the network as a graph. */
  public ComputationGraphConfiguration graph() {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.1));
    ComputationGraphConfiguration.GraphBuilder graph = builder.graphBuilder().addInputs("in");
    String last = "in";
    int index = 0;
    for (Layer layer : layers(new BatchNormalization.Builder())) {
      String name = "at" + index++;
      graph.addLayer(name, layer, last);
      last = name;
    }
    return graph.setOutputs(last).setInputTypes(input()).build();
  }

  static MultiLayerNetwork initialized(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  /** Returns rows whose features depend on their class, with a mean far from zero. */
  DataSet rows(int rows, long seed) {
    Random random = new Random(seed);
    long[] shape = input().getShape(true);
    shape[0] = rows;
    boolean recurrent = this == RECURRENT;
    INDArray features = Nd4j.create(DataType.DOUBLE, shape);
    INDArray labels =
        recurrent
            ? Nd4j.zeros(DataType.DOUBLE, rows, CLASSES, TIME)
            : Nd4j.zeros(DataType.DOUBLE, rows, CLASSES);
    long perRow = features.length() / rows;
    for (int row = 0; row < rows; row++) {
      int label = random.nextInt(CLASSES);
      for (long i = 0; i < perRow; i++) {
        features.putScalar(
            row * perRow + i, 1.5 + random.nextGaussian() + (i % CLASSES == label ? 0.8 : 0));
      }
      for (int time = 0; time < (recurrent ? TIME : 1); time++) {
        if (recurrent) {
          labels.putScalar(new int[] {row, random.nextInt(CLASSES), time}, 1);
        } else {
          labels.putScalar(new int[] {row, label}, 1);
        }
      }
    }
    return new DataSet(features, labels);
  }

  /** Returns the batches of a rank, one per step, different for each rank. */
  List<DataSet> batches(int count, int rows, int rank) {
    return IntStream.range(0, count).mapToObj(step -> rows(rows, 100L * step + rank)).toList();
  }

  private static List<Layer> convolutional(BatchNormalization.Builder norm) {
    return List.of(
        new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.IDENTITY).build(),
        norm.build(),
        new SubsamplingLayer.Builder(2, 2).stride(2, 1).build(),
        new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build(),
        norm.build(),
        new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build());
  }
}
