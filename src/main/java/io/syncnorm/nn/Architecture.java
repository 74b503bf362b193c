package io.syncnorm.nn;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The shape of a multilayer perceptron: {@code inputs -> hidden... -> classes}, each hidden layer
 * dense, normalization, activation; the last dense with softmax.
 *
 * @param hidden widths of the hidden layers; empty for softmax regression
 */
public record Architecture(
    int inputs,
    List<Integer> hidden,
    int classes,
    Activation activation,
    Normalization normalization)
    implements Serializable {
  public Architecture {
    hidden = List.copyOf(hidden);
    if (inputs < 1 || classes < 2 || hidden.stream().anyMatch(width -> width < 1)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a network needs inputs >= 1, hidden widths >= 1 and classes >= 2: inputs=%d hidden=%s classes=%d",
              inputs,
              hidden,
              classes));
    }
  }

  /** What stands between a dense layer and its activation. */
  public sealed interface Normalization extends Serializable {}

  /** Nothing: the dense layers have biases. */
  public record None() implements Normalization {}

  /**
   * Batch normalization.
   *
   * @param momentum weight of the old running statistics, in [0, 1) (Keras' convention)
   * @param epsilon added to the variance, positive
   */
  public record BatchNormalized(double momentum, double epsilon) implements Normalization {
    public BatchNormalized {
      if (!(momentum >= 0 && momentum < 1) || !(epsilon > 0)) {
        throw new IllegalArgumentException(
            "batch normalization needs momentum in [0, 1) and epsilon > 0: momentum=%s epsilon=%s"
                .formatted(momentum, epsilon));
      }
    }
  }

  /** The same layer by layer. */
  public Stack stack() {
    Stack.Bias bias = isBatchNormalized() ? Stack.Bias.NONE : Stack.Bias.TRAINED;
    return new Stack(
        inputs,
        hidden.stream()
            .map(
                width ->
                    new Stack.Hidden(
                        width, bias, activation, normalization, Stack.Order.NORMALIZATION_FIRST))
            .toList(),
        classes);
  }

  public boolean isBatchNormalized() {
    return normalization instanceof BatchNormalized;
  }
}
