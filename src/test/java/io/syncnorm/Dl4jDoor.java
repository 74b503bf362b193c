package io.syncnorm;

import io.syncnorm.dl4j.Engine;
import io.syncnorm.dl4j.SyncBatchNormTrainingMaster;
import io.syncnorm.train.EpochResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The DL4J network of the {@link Door}s that train one, and its fit by the training master. */
final class Dl4jDoor {
  private Dl4jDoor() {}

  /** The result of a fit. */
  record Fitted(float[] output, EpochResult lastEpoch) {}

  static Fitted fit(Engine engine, List<String> settings) {
    return fit(engine, settings, network());
  }

  /**
   * Fits a network.
   *
   * @param network trained in place, from its current parameters
   */
  static Fitted fit(Engine engine, List<String> settings, MultiLayerNetwork network) {
    return fit(engine, settings, network, 1);
  }

  /** Fits a network several times with one master. */
  static Fitted fit(Engine engine, List<String> settings, MultiLayerNetwork network, int fits) {
    var builder =
        new SyncBatchNormTrainingMaster.Builder(Door.BATCH).workers(DoorRows.RANKS).engine(engine);
    settings.forEach(builder::set);
    SyncBatchNormTrainingMaster master = builder.rngSeed(DoorRows.SEED).build();
    JavaSparkContext context = Door.context();
    List<DataSet> sets =
        IntStream.range(0, DoorRows.RANKS)
            .mapToObj(DoorRows::ofRank)
            .map(
                rows ->
                    new DataSet(
                        matrix(DoorRows.features(rows), DoorRows.OF_RANK),
                        oneHot(IntStream.of(rows).map(DoorRows::label).toArray())))
            .toList();
    JavaRDD<DataSet> rdd = context.parallelize(sets, DoorRows.RANKS);
    for (int fit = 0; fit < fits; fit++) {
      new SparkDl4jMultiLayer(context, network, master).fit(rdd);
    }
    INDArray output = network.output(matrix(DoorRows.features(DoorRows.ALL), DoorRows.COUNT));
    return new Fitted(output.dup('c').data().asFloat(), master.lastEpoch().orElseThrow());
  }

  private static INDArray matrix(float[] values, int rows) {
    return Nd4j.createFromArray(values).reshape(rows, DoorRows.INPUTS);
  }

  private static INDArray oneHot(int[] labels) {
    INDArray all = Nd4j.zeros(labels.length, DoorRows.CLASSES);
    for (int row = 0; row < labels.length; row++) {
      all.putScalar(row, labels[row], 1);
    }
    return all;
  }

  static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(DoorRows.SEED)
                .updater(new Adam(1e-2))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(DoorRows.INPUTS)
                        .nOut(Door.HIDDEN)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(
                    new BatchNormalization.Builder()
                        .nIn(Door.HIDDEN)
                        .nOut(Door.HIDDEN)
                        .decay(0.5)
                        .eps(1e-3)
                        .useLogStd(false)
                        .build())
                .layer(new ActivationLayer.Builder().activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(Door.HIDDEN)
                        .nOut(DoorRows.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }

  /** Writes the network with its parameters into a folder. */
  static Path networkFile(Path folder) {
    Path file = folder.resolve("network.zip");
    try {
      ModelSerializer.writeModel(network(), file.toFile(), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
