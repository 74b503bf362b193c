package io.syncnorm.nn;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The architecture of a network: a chain of layers. After the given ones follows the output layer,
 * dense with bias and softmax.
 *
 * @param input dimensions of a row
 * @param layers hidden layers; empty for softmax regression
 */
public record Architecture(Dimensions input, List<Layer> layers, int classes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if a layer cannot take the outputs of the one before it; the
   *     message names it by its place, from 1
   */
  public Architecture {
    layers = List.copyOf(layers);
    if (classes < 2) {
      throw new IllegalArgumentException("a network needs classes >= 2: classes=" + classes);
    }
    dimensions(input, layers);
  }

  /**
   * A multilayer perceptron whose hidden layers differ only in width: dense, normalization,
   * activation. A dense layer has a bias unless normalization follows it.
   */
  public static Architecture perceptron(
      int inputs,
      List<Integer> widths,
      int classes,
      Activation activation,
      Optional<Layer.BatchNormalization> normalization) {
    Layer.Bias bias = normalization.isPresent() ? Layer.Bias.NONE : Layer.Bias.TRAINED;
    List<Layer> layers = new ArrayList<>();
    for (int width : widths) {
      layers.add(new Layer.Dense(width, bias));
      normalization.ifPresent(layers::add);
      layers.add(new Layer.Activated(activation));
    }
    return new Architecture(Dimensions.vector(inputs), layers, classes);
  }

  /** Values of a row. */
  public int inputs() {
    return input.size();
  }

  /** The dense layer with softmax that follows the {@link #layers}. */
  public Layer.Dense outputLayer() {
    return new Layer.Dense(classes, Layer.Bias.TRAINED);
  }

  /** Dimensions of the inputs of each layer, in order, then of the inputs of the output layer. */
  public List<Dimensions> dimensions() {
    return dimensions(input, layers);
  }

  /** The layers with weights, in order: the hidden ones, then the output layer. */
  public List<Layer.Weighted> weighted() {
    return Stream.concat(layers.stream(), Stream.of(outputLayer()))
        .filter(Layer.Weighted.class::isInstance)
        .map(Layer.Weighted.class::cast)
        .toList();
  }

  /** Units of each hidden layer that has weights; of a convolution its filters. */
  public List<Integer> widths() {
    List<Layer.Weighted> weighted = weighted();
    return weighted.stream().limit(weighted.size() - 1L).map(Layer.Weighted::width).toList();
  }

  /** The normalizations, in order. */
  public List<Layer.BatchNormalization> normalizations() {
    return layers.stream()
        .filter(Layer.BatchNormalization.class::isInstance)
        .map(Layer.BatchNormalization.class::cast)
        .toList();
  }

  /**
   * For each normalization, which of the {@link #widths} it follows: the index of the hidden layer
   * with weights before it, or -1 if there is none.
   */
  public List<Integer> normalizedLayers() {
    List<Integer> normalized = new ArrayList<>();
    int weighted = -1;
    for (Layer layer : layers) {
      weighted += layer instanceof Layer.Weighted ? 1 : 0;
      if (layer instanceof Layer.BatchNormalization) {
        normalized.add(weighted);
      }
    }
    return normalized;
  }

  /** Number of weights, without biases and parameters of normalization. */
  public long weightCount() {
    List<Dimensions> dimensions = dimensions();
    long count = (long) dimensions.get(layers.size()).size() * classes;
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) instanceof Layer.Weighted weighted) {
        count += (long) weighted.fanIn(dimensions.get(i)) * weighted.width();
      }
    }
    return count;
  }

  /** Values of one row between all layers, its inputs and outputs included. */
  public long valuesOfRow() {
    return classes + dimensions().stream().mapToLong(Dimensions::size).sum();
  }

  /** Values of one row where they are most: between two layers, or its inputs or outputs. */
  public int widest() {
    return Math.max(classes, dimensions().stream().mapToInt(Dimensions::size).max().orElse(1));
  }

  private static List<Dimensions> dimensions(Dimensions input, List<Layer> layers) {
    List<Dimensions> dimensions = new ArrayList<>(List.of(input));
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      Dimensions before = dimensions.get(i);
      try {
        if (i > 0 && layer instanceof Layer.ChannelsLast) {
          throw new IllegalArgumentException("only the first layer may reorder channels");
        }
        dimensions.add(layer.output(before));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "layer %d cannot follow: %s; layer=%s, its input=%s",
                i + 1,
                e.getMessage(),
                layer,
                before),
            e);
      }
    }
    return List.copyOf(dimensions);
  }
}
