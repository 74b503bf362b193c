package io.syncnorm.submit;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import io.syncnorm.train.Blueprint;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;

/** A model zip as plain DL4J loads it, and the fused engine with the parameters in it. */
final class BothEngines {
  private static final int BATCH_ROWS = 1000;

  private final int inputs;
  private final int classes;
  private final MultiLayerNetwork dl4j;
  private final Network fused;
  private final NetworkState state;

  /**
   * The difference between the engines.
   *
   * @param otherClasses number of images with different predicted classes
   * @param largest largest difference of a probability
   * @param accuracy accuracy of both, if they agree
   */
  record Difference(int otherClasses, double largest, double accuracy) {}

  BothEngines(Path zip, Configuration configuration, int inputs) throws IOException {
    Architecture architecture = Blueprint.architecture(configuration, inputs);
    this.inputs = inputs;
    this.classes = architecture.classes();
    this.dl4j = MultiLayerNetwork.load(zip.toFile(), false);
    this.fused = new Network(architecture, BATCH_ROWS, RankReduction.NONE);
    this.state = stateOf(dl4j, architecture);
  }

  Difference compare(LabelledImages images) {
    int otherClasses = 0;
    int correct = 0;
    double largest = 0;
    float[] features = new float[BATCH_ROWS * inputs];
    for (int start = 0; start < images.count(); start += BATCH_ROWS) {
      images.images().values().copyTo((long) start * inputs, features, 0, features.length);
      float[] ours = fused.predict(state, features, BATCH_ROWS);
      float[] theirs =
          dl4j.output(Nd4j.createFromArray(features).reshape(BATCH_ROWS, inputs), false)
              .dup('c')
              .data()
              .asFloat();
      for (int row = 0; row < BATCH_ROWS; row++) {
        for (int c = 0; c < classes; c++) {
          int at = row * classes + c;
          largest = Math.max(largest, Math.abs(ours[at] - theirs[at]));
        }
        int named = best(ours, row);
        otherClasses += named == best(theirs, row) ? 0 : 1;
        correct += named == images.labels()[start + row] ? 1 : 0;
      }
    }
    return new Difference(otherClasses, largest, (double) correct / images.count());
  }

  private int best(float[] probabilities, int row) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      int at = row * classes;
      best = probabilities[at + c] > probabilities[at + best] ? c : best;
    }
    return best;
  }

  /** In DL4J each layer of the chain is one, the output layer the last. */
  private static NetworkState stateOf(MultiLayerNetwork network, Architecture architecture) {
    ParameterLayout layout = ParameterLayout.of(architecture);
    float[] parameters = new float[layout.parameterCount()];
    float[] statistics = new float[layout.statisticsCount()];
    int weighted = 0;
    int normalized = 0;
    for (int at = 0; at <= architecture.layers().size(); at++) {
      boolean isOutput = at == architecture.layers().size();
      if (isOutput || architecture.layers().get(at) instanceof Layer.Dense) {
        ParameterLayout.Weights layer = layout.weights().get(weighted++);
        copy(network, at + "_W", parameters, layer.weights());
        if (layer.hasBias()) {
          copy(network, at + "_b", parameters, layer.bias());
        }
      } else if (architecture.layers().get(at) instanceof Layer.BatchNormalization) {
        ParameterLayout.Normalization layer = layout.normalizations().get(normalized++);
        copy(network, at + "_gamma", parameters, layer.gamma());
        copy(network, at + "_beta", parameters, layer.beta());
        copy(network, at + "_mean", statistics, layer.running());
        copy(network, at + "_var", statistics, layer.running() + layer.features());
      }
    }
    return new NetworkState(parameters, statistics);
  }

  private static void copy(MultiLayerNetwork network, String name, float[] into, int offset) {
    float[] values = network.getParam(name).dup('c').data().asFloat();
    System.arraycopy(values, 0, into, offset, values.length);
  }
}
