package io.syncnorm.nn.network;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * The passes of a network's layers, in order, with the arrays between them, each {@code [maxRows,
 * size]}.
 */
final class Chain {
  private static final float[] NONE = {};
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  /**
   * A pass with its arrays.
   *
   * @param input dimensions of a row's inputs
   * @param output dimensions of a row's outputs
   * @param x inputs: the outputs of the pass before; empty for an {@link InputPass} that is first
   * @param xInTraining what the pass may overwrite in training; {@code x} itself, unless the pass
   *     before reads it in its backward pass
   * @param y outputs; may be {@code x}
   */
  record Link(
      LayerPass pass,
      Dimensions input,
      Dimensions output,
      float[] x,
      float[] xInTraining,
      float[] y) {

    void forward(Network.Mode mode, NetworkState state, int rows) {
      boolean isTraining = mode == Network.Mode.TRAINING;
      if (isTraining && xInTraining != x) {
        System.arraycopy(x, 0, xInTraining, 0, rows * input.size());
      }
      pass.forward(mode, state, isTraining ? xInTraining : x, rows, y);
    }
  }

  private final int maxRows;
  private final RankReduction reduction;
  private final ParameterLayout layout;
  private final List<Link> links = new ArrayList<>();
  private int weighted;
  private int normalized;

  /**
   * @param maxRows rows of the largest batch
   */
  Chain(Architecture architecture, int maxRows, RankReduction reduction) {
    this.maxRows = maxRows;
    this.reduction = reduction;
    this.layout = ParameterLayout.of(architecture);
    List<Layer> layers = poolingFirst(architecture.layers());
    Dimensions input = architecture.input();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (layer instanceof Layer.BatchNormalization settings
          && i + 1 < layers.size()
          && layers.get(i + 1) instanceof Layer.MaxPooling pooling) {
        Dimensions output = pooling.output(input);
        add(
            new PooledBatchNorm(input, statistics(input, settings), pooling, maxRows),
            input,
            output);
        input = output;
        i++;
      } else {
        add(layer, input);
        input = layer.output(input);
      }
    }
    add(architecture.outputLayer(), input);
  }

  /** The links of all layers that compute something; at least that of the output layer. */
  List<Link> links() {
    return links;
  }

  /** The first link whose pass is such; -1 if there is none. */
  int first(Predicate<LayerPass> test) {
    for (int i = 0; i < links.size(); i++) {
      if (test.test(links.get(i).pass())) {
        return i;
      }
    }
    return -1;
  }

  /** Length of the longest outputs. */
  int longest() {
    return links.stream().mapToInt(link -> link.y().length).max().orElse(0);
  }

  /** Pooling before ReLU, where both orders give the same. */
  private static List<Layer> poolingFirst(List<Layer> layers) {
    List<Layer> ordered = new ArrayList<>(layers);
    for (int i = 0; i + 1 < ordered.size(); i++) {
      if (commute(ordered.get(i), ordered.get(i + 1))) {
        Collections.swap(ordered, i, i + 1);
      }
    }
    return ordered;
  }

  /**
   * Whether two layers give the same bits in reverse order, forward and backward, with less work:
   * ReLU of the largest value is the largest of the ReLUs. Which of several zeros is the largest
   * one differs, but no gradient passes through a zero.
   */
  private static boolean commute(Layer first, Layer second) {
    return second instanceof Layer.MaxPooling
        && first instanceof Layer.Activated activated
        && activated.activation() == Activation.RELU;
  }

  private void add(Layer layer, Dimensions input) {
    if (layer instanceof Layer.Flatten) {
      return;
    }
    add(pass(layer, input), input, layer.output(input));
  }

  private void add(LayerPass pass, Dimensions input, Dimensions output) {
    if (links.isEmpty()) {
      float[] x = pass instanceof InputPass ? NONE : array(input);
      links.add(new Link(pass, input, output, x, x, array(output)));
      return;
    }
    Link before = links.get(links.size() - 1);
    boolean isReadBefore = before.pass().reads() == LayerPass.Reads.OUTPUTS;
    float[] x = before.y();
    float[] xInTraining = pass.overwritesInputs() && isReadBefore ? array(input) : x;
    float[] y = pass.isInPlace() && !isReadBefore ? x : array(output);
    links.add(new Link(pass, input, output, x, xInTraining, y));
  }

  private LayerPass pass(Layer layer, Dimensions input) {
    if (layer instanceof Layer.Dense) {
      return new Dense(layout.weights().get(weighted++));
    }
    if (layer instanceof Layer.Convolution settings) {
      ParameterLayout.Weights at = layout.weights().get(weighted++);
      return new Convolution(input, settings, at.weights(), at.bias(), maxRows);
    }
    if (layer instanceof Layer.BatchNormalization settings) {
      return new BatchNorm(input, statistics(input, settings));
    }
    if (layer instanceof Layer.Activated activated) {
      return new ActivationPass(activated, input.size());
    }
    if (layer instanceof Layer.MaxPooling settings) {
      return new MaxPooling(input, settings, maxRows);
    }
    if (layer instanceof Layer.AveragePooling settings) {
      return new AveragePooling(input, settings);
    }
    if (layer instanceof Layer.GlobalAveragePooling) {
      return AveragePooling.global(input);
    }
    if (layer instanceof Layer.Dropout settings) {
      return new Dropout(input, settings);
    }
    if (layer instanceof Layer.ChannelsLast) {
      return new ChannelsLast(input);
    }
    throw new IllegalArgumentException("a layer without a pass: " + layer);
  }

  private ChannelStatistics statistics(Dimensions input, Layer.BatchNormalization settings) {
    ParameterLayout.Normalization at = layout.normalizations().get(normalized);
    return new ChannelStatistics(
        input, settings, normalized++, at.gamma(), at.beta(), at.running(), reduction);
  }

  private float[] array(Dimensions row) {
    long elements = (long) maxRows * row.size();
    if (elements > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a batch does not fit into one array: expected rows<=%d of width=%d, found rows=%d;"
                  + " make batches smaller",
              MAX_ELEMENTS / row.size(),
              row.size(),
              maxRows));
    }
    return new float[(int) elements];
  }
}
