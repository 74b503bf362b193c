package io.syncnorm.nn;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * A multilayer perceptron layer by layer: {@code inputs -> hidden... -> classes}, the last dense
 * with softmax. Hidden layers may differ in all they have.
 *
 * @param hidden empty for softmax regression
 */
public record Stack(int inputs, List<Hidden> hidden, int classes) implements Serializable {
  private static final long serialVersionUID = 1L;

  public Stack {
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

  /** Which comes first between two dense layers; of no meaning without normalization. */
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
      int width,
      Bias bias,
      Activation activation,
      Architecture.Normalization normalization,
      Order order)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    boolean isNormalized() {
      return normalization instanceof Architecture.BatchNormalized;
    }

    boolean hasBias() {
      return bias == Bias.TRAINED;
    }
  }
}
