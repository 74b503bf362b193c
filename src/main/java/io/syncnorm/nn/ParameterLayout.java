package io.syncnorm.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The offsets of each layer's parameters in the flat vector, in the order of the layers:
 *
 * <pre>
 * dense, convolution    weights [in, out] | bias [out], if there is one
 * batch normalization   gamma [features] | beta [features]
 * running statistics (a vector of their own), per normalization   mean [features] | variance [features]
 * </pre>
 */
public final class ParameterLayout {
  /** Maximum length of an array. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  /**
   * The parameters of a dense layer or convolution.
   *
   * @param in inputs of one unit
   * @param out units
   * @param weights offset of the row-major {@code [in, out]} weights
   * @param bias offset of the bias; -1 if there is none
   */
  public record Weights(int in, int out, int weights, int bias) {
    public boolean hasBias() {
      return bias >= 0;
    }
  }

  /**
   * The parameters and statistics of a batch normalization.
   *
   * @param gamma offset of gamma
   * @param beta offset of beta
   * @param running offset of running mean, then variance, in the statistics vector
   */
  public record Normalization(int features, int gamma, int beta, int running) {}

  private final List<Weights> weights = new ArrayList<>();
  private final List<Normalization> normalizations = new ArrayList<>();
  private long parameters;
  private int statistics;

  private ParameterLayout() {}

  /**
   * @throws IllegalArgumentException if the parameters do not fit into one vector
   */
  public static ParameterLayout of(Architecture architecture) {
    ParameterLayout layout = new ParameterLayout();
    List<Dimensions> dimensions = architecture.dimensions();
    for (int i = 0; i < architecture.layers().size(); i++) {
      Layer layer = architecture.layers().get(i);
      if (layer instanceof Layer.Weighted weighted) {
        layout.add(weighted, dimensions.get(i));
      } else if (layer instanceof Layer.BatchNormalization) {
        layout.addNormalization(dimensions.get(i).channels());
      }
    }
    layout.add(architecture.outputLayer(), dimensions.get(architecture.layers().size()));
    return layout;
  }

  private void add(Layer.Weighted layer, Dimensions input) {
    int in = layer.fanIn(input);
    int out = layer.width();
    boolean hasBias = layer.bias() == Layer.Bias.TRAINED;
    int at = reserve((long) in * out);
    weights.add(new Weights(in, out, at, hasBias ? reserve(out) : -1));
  }

  private void addNormalization(int features) {
    int gamma = reserve(features);
    normalizations.add(new Normalization(features, gamma, reserve(features), statistics));
    statistics += 2 * features;
  }

  private int reserve(long count) {
    long at = parameters;
    parameters += count;
    if (parameters > MAX_LENGTH) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network has too many parameters for one vector: expected parameters<=%2$d, found at least %1$d; make hidden layers narrower",
              parameters,
              MAX_LENGTH));
    }
    return (int) at;
  }

  /** Dense layers and convolutions in order, the output layer last. */
  public List<Weights> weights() {
    return List.copyOf(weights);
  }

  /** Batch normalizations in order. */
  public List<Normalization> normalizations() {
    return List.copyOf(normalizations);
  }

  /** Number of trainable parameters. */
  public int parameterCount() {
    return (int) parameters;
  }

  /** Length of the vector of running statistics. */
  public int statisticsCount() {
    return statistics;
  }
}
