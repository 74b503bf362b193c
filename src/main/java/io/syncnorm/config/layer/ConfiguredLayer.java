package io.syncnorm.config.layer;

import java.io.Serializable;
import java.util.Locale;

/** One layer of a {@link LayerList}. */
public sealed interface ConfiguredLayer extends Serializable {
  /** The most units of a dense layer, and filters of a convolution. */
  int MOST_UNITS = 65536;

  /** The layer as HOCON, without settings that have their default. */
  String text();

  /** Whether a layer has a bias. */
  enum Bias {
    /** Unless batch normalization follows directly, which would cancel it. */
    AUTO,
    TRUE,
    FALSE;

    private String setting() {
      return this == AUTO ? "" : ", bias = " + name().toLowerCase(Locale.ROOT);
    }
  }

  /** A layer with weights. */
  sealed interface Weighted extends ConfiguredLayer {
    Bias bias();
  }

  /** A layer whose window moves over an image. */
  sealed interface Windowed extends ConfiguredLayer {
    Extent window();

    Extent stride();

    Padding padding();
  }

  /** A dense layer: {@code {dense = 64}}. */
  record Dense(int units, Bias bias) implements Weighted {
    private static final long serialVersionUID = 1L;

    public Dense {
      requireUnits(units);
    }

    @Override
    public String text() {
      return "{dense = " + units + bias.setting() + "}";
    }
  }

  /** A convolution: {@code {conv = 8, kernel = 5}}. Its stride is 1 by default. */
  record Convolution(int filters, Extent window, Extent stride, Padding padding, Bias bias)
      implements Weighted, Windowed {
    private static final long serialVersionUID = 1L;

    public Convolution {
      requireUnits(filters);
      requireFits(padding, window);
    }

    @Override
    public String text() {
      return "{conv = %s, kernel = %s%s%s%s}"
          .formatted(
              filters,
              window.text(),
              stride.equals(Extent.square(1)) ? "" : ", stride = " + stride.text(),
              setting(padding),
              bias.setting());
    }
  }

  /** A pooling: {@code {max-pool = 2}}. Its windows lie side by side by default. */
  record Pooling(Statistic function, Extent window, Extent stride, Padding padding)
      implements Windowed {
    private static final long serialVersionUID = 1L;

    /** What becomes of a window's values. */
    public enum Statistic {
      MAX,
      AVERAGE
    }

    public Pooling {
      requireFits(padding, window);
    }

    @Override
    public String text() {
      return "{%s-pool = %s%s%s}"
          .formatted(
              function.name().toLowerCase(Locale.ROOT),
              window.text(),
              stride.equals(window) ? "" : ", stride = " + stride.text(),
              setting(padding));
    }
  }

  /**
   * Batch normalization: {@code batch-norm}, or {@code {batch-norm = on, momentum = 0.9}}.
   *
   * @param momentum in [0, 1), or {@link #SHARED}
   * @param epsilon positive, or {@link #SHARED}
   */
  record BatchNorm(double momentum, double epsilon) implements ConfiguredLayer {
    private static final long serialVersionUID = 1L;

    /** The value of the key in {@code model.batch-norm}. */
    public static final double SHARED = -1;

    public BatchNorm {
      boolean isMomentum = momentum == SHARED || (momentum >= 0 && momentum < 1);
      if (!isMomentum || !(epsilon == SHARED || epsilon > 0)) {
        throw new IllegalArgumentException(
            "batch normalization needs momentum in [0, 1) and epsilon > 0: momentum=%s epsilon=%s"
                .formatted(momentum, epsilon));
      }
    }

    /** The momentum, or the shared one. */
    public double momentumOr(double shared) {
      return momentum == SHARED ? shared : momentum;
    }

    /** The epsilon, or the shared one. */
    public double epsilonOr(double shared) {
      return epsilon == SHARED ? shared : epsilon;
    }

    @Override
    public String text() {
      String settings =
          (momentum == SHARED ? "" : ", momentum = " + momentum)
              + (epsilon == SHARED ? "" : ", epsilon = " + epsilon);
      return settings.isEmpty() ? "batch-norm" : "{batch-norm = on" + settings + "}";
    }
  }

  /**
   * An activation: {@code relu}, or {@code {leaky-relu = 0.2}}.
   *
   * @param alpha of leaky ReLU its slope below 0, of ELU its scale, otherwise 0
   */
  record Activated(Curve function, double alpha) implements ConfiguredLayer {
    private static final long serialVersionUID = 1L;

    /** A function with the default of its alpha; 0 if it has none. */
    public enum Curve {
      RELU(0),
      TANH(0),
      SIGMOID(0),
      LEAKY_RELU(0.01),
      ELU(1);

      private final double alpha;

      Curve(double alpha) {
        this.alpha = alpha;
      }

      boolean hasAlpha() {
        return alpha != 0;
      }

      String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
    }

    public Activated {
      if (!(function.hasAlpha() ? alpha > 0 && alpha <= Float.MAX_VALUE : alpha == 0)) {
        throw new IllegalArgumentException(
            "alpha must be positive, or 0 for functions without: function=%s alpha=%s"
                .formatted(function, alpha));
      }
    }

    /** A function with its default. */
    public Activated(Curve function) {
      this(function, function.alpha);
    }

    @Override
    public String text() {
      String word = function.word();
      return alpha == function.alpha ? word : "{" + word + " = " + alpha + "}";
    }
  }

  /**
   * Dropout: {@code {dropout = 0.5}}.
   *
   * @param rate share of values that are dropped, in [0, 1)
   */
  record Dropout(double rate) implements ConfiguredLayer {
    private static final long serialVersionUID = 1L;

    public Dropout {
      if (!(rate >= 0 && rate < 1)) {
        throw new IllegalArgumentException("dropout needs a rate in [0, 1): rate=" + rate);
      }
    }

    @Override
    public String text() {
      return "{dropout = " + rate + "}";
    }
  }

  /** A layer without settings. */
  enum Plain implements ConfiguredLayer {
    /** Takes an image as the vector of its values. */
    FLATTEN,
    /** The mean of all positions of an image, by channel. */
    GLOBAL_AVERAGE_POOL,
    /** Turns images in the order channels, height, width into height, width, channels. */
    CHANNELS_LAST;

    @Override
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static String setting(Padding padding) {
    return padding.equals(Padding.VALID) ? "" : ", padding = " + padding.text();
  }

  private static void requireUnits(int units) {
    if (units < 1 || units > MOST_UNITS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a layer has 1 to %d units or filters: found %d", MOST_UNITS, units));
    }
  }

  private static void requireFits(Padding padding, Extent window) {
    if (!padding.fits(window)) {
      throw new IllegalArgumentException(
          "padding must be smaller than the window: padding=%s window=%s"
              .formatted(padding.text(), window.text()));
    }
  }
}
