package io.syncnorm.dl4j.fused;

import io.syncnorm.dl4j.layer.LayerTrainee;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.Window;
import io.syncnorm.nn.optimizer.Optimizer;
import io.syncnorm.train.Blueprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import org.deeplearning4j.nn.conf.layers.BaseLayer;

/**
 * A DL4J network translated for the fused engine, but for the size of its images.
 *
 * @param form of the feature arrays that it takes
 * @param layers hidden layers
 * @param weights one per layer with weights, the output layer last
 * @param normalizations one per normalization
 * @param strict indices of the layers whose windows must cover the image exactly
 * @param updater without what changes the gradient and the weights by layer
 * @param weighted DL4J's layers with weights, the output layer last
 */
public record FusedChain(
    RowForm form,
    List<Layer> layers,
    int classes,
    List<Weights> weights,
    List<Normalization> normalizations,
    List<Integer> strict,
    Optimizer.Rule updater,
    List<BaseLayer> weighted) {
  /**
   * Where DL4J's flat vector has the parameters of a layer with weights.
   *
   * @param layer number of the DL4J layer
   * @param bias {@link FusedNetwork#NONE} if it has none
   * @param taps positions of a convolution's window; 1 for a dense layer
   * @param inputs channels of a convolution; inputs of a dense layer
   * @param flattened index of the layer that flattened a dense layer's inputs with channels first;
   *     {@link FusedNetwork#NONE} if their order is the same
   */
  record Weights(int layer, int weights, int bias, int taps, int inputs, int flattened) {}

  /**
   * Where DL4J's flat vector has the parameters of a normalization: gamma, beta, mean and variance,
   * one after the other.
   *
   * @param layer number of the DL4J layer
   * @param flattened as of {@link Weights}
   * @param bias place of the bias that the fused running mean excludes, or {@link
   *     FusedNetwork#NONE}
   */
  record Normalization(
      int layer, int features, int gamma, FusedNetwork.Spread spread, int flattened, int bias) {}

  /**
   * Returns the network, if it tells the size of its images.
   *
   * @throws NotFusedException if it does not, or if the layers do not fit each other
   */
  public FusedNetwork network() {
    if (!form.isKnown()) {
      throw new NotFusedException(
          "it takes images of any size: expected an input preprocessor that tells their size, as InputType.convolutionalFlat sets");
    }
    return network(form.sizes());
  }

  /**
   * Returns the network for rows of known sizes.
   *
   * @param sizes of the dimensions of a row, as {@link PackedCache.Lease} has them
   * @throws NotFusedException if the layers do not fit each other
   */
  public FusedNetwork network(List<Integer> sizes) {
    try {
      Architecture architecture = new Architecture(form.dimensions(sizes), layers, classes);
      requireStrict(architecture);
      ParameterLayout layout = ParameterLayout.of(architecture);
      return new FusedNetwork(
          new Blueprint(
              architecture,
              FusedUpdater.conditioned(updater, weighted, layout),
              Blueprint.Updates.OF_WORLD,
              LayerTrainee.REMEDY),
          places(architecture, layout),
          statistics(architecture));
    } catch (IllegalArgumentException e) {
      throw new NotFusedException(e.getMessage());
    }
  }

  /** DL4J stores a bias before a convolution's weights, and its reader gives the places. */
  private int[] places(Architecture architecture, ParameterLayout layout) {
    int[] places = new int[layout.parameterCount()];
    for (int i = 0; i < weights.size(); i++) {
      Weights theirs = weights.get(i);
      ParameterLayout.Weights ours = layout.weights().get(i);
      requireSame(theirs.layer, "nIn", theirs.inputs, ours.in() / theirs.taps);
      IntUnaryOperator order =
          theirs.taps > 1
              ? channelsFirst(theirs.taps, theirs.inputs)
              : order(architecture, theirs.flattened);
      for (int in = 0; in < ours.in(); in++) {
        int row = theirs.weights + order.applyAsInt(in);
        for (int out = 0; out < ours.out(); out++) {
          places[ours.weights() + in * ours.out() + out] = row + out * ours.in();
        }
      }
      for (int out = 0; ours.hasBias() && out < ours.out(); out++) {
        places[ours.bias() + out] = theirs.bias + out;
      }
    }
    for (int i = 0; i < normalizations.size(); i++) {
      Normalization theirs = normalizations.get(i);
      ParameterLayout.Normalization ours = layout.normalizations().get(i);
      requireSame(theirs.layer, "nOut", theirs.features, ours.features());
      IntUnaryOperator order = order(architecture, theirs.flattened);
      for (int j = 0; j < ours.features(); j++) {
        places[ours.gamma() + j] = theirs.gamma + order.applyAsInt(j);
        places[ours.beta() + j] = theirs.gamma + theirs.features + order.applyAsInt(j);
      }
    }
    return places;
  }

  private List<FusedNetwork.Statistics> statistics(Architecture architecture) {
    List<FusedNetwork.Statistics> statistics = new ArrayList<>();
    for (Normalization theirs : normalizations) {
      IntUnaryOperator order = order(architecture, theirs.flattened);
      int mean = theirs.gamma + 2 * theirs.features;
      statistics.add(
          new FusedNetwork.Statistics(
              places(theirs.features, mean, order),
              places(theirs.features, mean + theirs.features, order),
              theirs.spread,
              theirs.bias == FusedNetwork.NONE
                  ? new int[0]
                  : places(theirs.features, theirs.bias, order)));
    }
    return statistics;
  }

  private static int[] places(int count, int from, IntUnaryOperator order) {
    int[] places = new int[count];
    Arrays.setAll(places, i -> from + order.applyAsInt(i));
    return places;
  }

  /** The order of a vector's features in DL4J. */
  private static IntUnaryOperator order(Architecture architecture, int flattened) {
    if (flattened == FusedNetwork.NONE) {
      return IntUnaryOperator.identity();
    }
    Dimensions image = architecture.dimensions().get(flattened);
    return channelsFirst(image.positions(), image.channels());
  }

  /** Maps an index of {@code [positions, channels]} to one of {@code [channels, positions]}. */
  private static IntUnaryOperator channelsFirst(int positions, int channels) {
    return i -> i % channels * positions + i / channels;
  }

  private void requireStrict(Architecture architecture) {
    for (int i : strict) {
      Dimensions input = architecture.dimensions().get(i);
      Window window = windowOf(layers.get(i));
      Window.Fixed rim = window.padding(input);
      int y = input.height() + rim.top() + rim.bottom() - window.height();
      int x = input.width() + rim.left() + rim.right() - window.width();
      if (y % window.strideY() != 0 || x % window.strideX() != 0) {
        throw new NotFusedException(
            String.format(
                Locale.ROOT,
                "a window with convolutionMode=Strict does not cover its image of %s exactly",
                input));
      }
    }
  }

  private static Window windowOf(Layer layer) {
    if (layer instanceof Layer.Convolution convolution) {
      return convolution.window();
    }
    if (layer instanceof Layer.MaxPooling pooling) {
      return pooling.window();
    }
    return ((Layer.AveragePooling) layer).window();
  }

  private static void requireSame(int layer, String setting, int expected, int found) {
    if (expected != found) {
      throw new NotFusedException(
          String.format(
              Locale.ROOT,
              "layer %d does not fit the one before it: expected %s=%d, found %d values",
              layer,
              setting,
              expected,
              found));
    }
  }
}
