package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.dl4j.NetworkShape;
import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.model.FeatureNormalizer;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A network that trains in DL4J's layers, whatever engine would be chosen for it: what benchmarks
 * compare the fused engine with.
 *
 * @param start the network before its first epoch
 */
public record LayerEngine(TraineeMaker maker, Snapshot start) {

  /**
   * LeNet with batch normalization: the network of {@code conf/lenet-batchnorm.conf}, for rows of
   * 28 x 28 pixels.
   */
  public static LayerEngine lenet(Configuration configuration) {
    Nd4jLibrary.require("train a DL4J network");
    MultiLayerNetwork network = new MultiLayerNetwork(lenet());
    network.init();
    TrainableNetwork.Chain chain = new TrainableNetwork.Chain(network);
    int parameters = Math.toIntExact(network.numParams());
    return new LayerEngine(
        new LayerMaker(NetworkShape.of(chain), FeatureNormalizer.NONE),
        chain.snapshot(Snapshot.freshVelocity(configuration, parameters)));
  }

  private static MultiLayerConfiguration lenet() {
    return new NeuralNetConfiguration.Builder()
        .seed(42)
        .updater(new Adam(0.01))
        .weightInit(WeightInit.RELU)
        .activation(Activation.IDENTITY)
        .list()
        .layer(convolution(8))
        .layer(new BatchNormalization())
        .layer(new ActivationLayer(Activation.RELU))
        .layer(pooling())
        .layer(convolution(16))
        .layer(new BatchNormalization())
        .layer(new ActivationLayer(Activation.RELU))
        .layer(pooling())
        .layer(new DenseLayer.Builder().nOut(96).hasBias(false).build())
        .layer(new BatchNormalization())
        .layer(new ActivationLayer(Activation.RELU))
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(10)
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.convolutionalFlat(28, 28, 1))
        .build();
  }

  private static ConvolutionLayer convolution(int filters) {
    return new ConvolutionLayer.Builder(5, 5).nOut(filters).hasBias(false).build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }
}
