package io.syncnorm.nn;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The architecture of a multilayer perceptron: {@code inputs -> hidden... -> classes}. The last
 * layer is dense with softmax. Hidden layers may differ in every respect.
 *
 * @param hidden empty for softmax regression
 */
public record Architecture(int inputs, List<Hidden> hidden, int classes) implements Serializable {
  private static final long serialVersionUID = 1L;

  public Architecture {
    hidden = List.copyOf(hidden);
    if (inputs < 1 || classes < 2 || hidden.stream().anyMatch(layer -> layer.width < 1)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a network needs inputs >= 1, hidden widths >= 1 and classes >= 2: inputs=%d hidden=%s classes=%d",
              inputs,
              hidden.stream().map(Hidden::width).toList(),
              classes));
    }
  }

  /**
   * A network whose hidden layers differ only in width: dense, normalization, activation. A dense
   * layer has a bias unless normalization follows it.
   */
  public static Architecture uniform(
      int inputs,
      List<Integer> widths,
      int classes,
      Activation activation,
      Normalization normalization) {
    Bias bias = normalization instanceof BatchNormalized ? Bias.NONE : Bias.TRAINED;
    return new Architecture(
        inputs,
        widths.stream()
            .map(
                width ->
                    new Hidden(width, bias, activation, normalization, Order.NORMALIZATION_FIRST))
            .toList(),
        classes);
  }

  /** Units of each hidden layer. */
  public List<Integer> widths() {
    return hidden.stream().map(Hidden::width).toList();
  }

  /** The normalization between two dense layers. */
  public sealed interface Normalization extends Serializable {}

  /** No normalization. */
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

  /** The order of normalization and activation; without effect if there is no normalization. */
  public enum Order {
    /** Dense, normalization, activation. */
    NORMALIZATION_FIRST,
    /** Dense, activation, normalization. */
    ACTIVATION_FIRST
  }

  /** Whether a dense layer has a bias. */
  public enum Bias {
    NONE,
    TRAINED
  }

  /** One dense layer and what follows it. */
  public record Hidden(
      int width, Bias bias, Activation activation, Normalization normalization, Order order)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    boolean isNormalized() {
      return normalization instanceof BatchNormalized;
    }

    boolean hasBias() {
      return bias == Bias.TRAINED;
    }
  }
}
