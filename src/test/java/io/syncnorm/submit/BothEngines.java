package io.syncnorm.submit;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Network;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.train.Blueprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
    this.state = stateOf(dl4j, ParameterLayout.of(architecture));
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

  /**
   * In DL4J a hidden layer is a dense layer, optional batch normalization, and an activation layer.
   */
  private static NetworkState stateOf(MultiLayerNetwork network, ParameterLayout layout) {
    float[] parameters = new float[layout.parameterCount()];
    float[] statistics = new float[layout.statisticsCount()];
    List<ParameterLayout.Layer> layers = layout.layers();
    int at = 0;
    for (ParameterLayout.Layer layer : layers) {
      copy(network, at + "_W", parameters, layer.weights());
      if (layer.normalized()) {
        copy(network, at + 1 + "_gamma", parameters, layer.gamma());
        copy(network, at + 1 + "_beta", parameters, layer.shift());
        copy(network, at + 1 + "_mean", statistics, layer.running());
        copy(network, at + 1 + "_var", statistics, layer.running() + layer.out());
      } else {
        copy(network, at + "_b", parameters, layer.shift());
      }
      at += layer.normalized() ? 3 : 2;
    }
    return new NetworkState(parameters, statistics);
  }

  private static void copy(MultiLayerNetwork network, String name, float[] into, int offset) {
    float[] values = network.getParam(name).dup('c').data().asFloat();
    System.arraycopy(values, 0, into, offset, values.length);
  }
}
