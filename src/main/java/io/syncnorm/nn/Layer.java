package io.syncnorm.nn;

import java.io.Serializable;
import java.util.Locale;

/**
 * One layer of an {@link Architecture}: what it computes and its settings, without sizes that
 * follow from the layers before it.
 */
public sealed interface Layer extends Serializable {
  /**
   * Dimensions of a row's outputs.
   *
   * @param input dimensions of a row's inputs
   * @throws IllegalArgumentException if the layer cannot take such rows
   */
  default Dimensions output(Dimensions input) {
    return input;
  }

  /** Whether a layer has a bias. */
  enum Bias {
    NONE,
    TRAINED
  }

  /** A layer with weights. The last one of an architecture is its output layer. */
  sealed interface Weighted extends Layer {
    /** Units of a dense layer, filters of a convolution. */
    int width();

    Bias bias();

    /** Inputs of one unit: rows of the weights {@code [fanIn, width]}. */
    int fanIn(Dimensions input);

    /** Outputs that one input has a weight for. */
    int fanOut();
  }

  /**
   * A dense layer: {@code y = x w + b} over all values of a row, with w {@code [in, width]}. An
   * image is taken as it is in memory, as if it were flattened before.
   */
  record Dense(int width, Bias bias) implements Weighted {
    private static final long serialVersionUID = 1L;

    public Dense {
      requireWidth(width);
    }

    @Override
    public int fanIn(Dimensions input) {
      return input.size();
    }

    @Override
    public int fanOut() {
      return width;
    }

    @Override
    public Dimensions output(Dimensions input) {
      return Dimensions.vector(width);
    }
  }

  /**
   * A convolution (cross-correlation, as everywhere in the field) with {@code width} filters: each
   * output position is the dense product of its window's values, in the order {@code [window
   * height, window width, channels]}, with w {@code [window height * window width * channels,
   * width]}. Padding counts as zeros.
   */
  record Convolution(int width, Window window, Bias bias) implements Weighted {
    private static final long serialVersionUID = 1L;

    public Convolution {
      requireWidth(width);
    }

    @Override
    public int fanIn(Dimensions input) {
      return window.positions() * input.channels();
    }

    @Override
    public int fanOut() {
      return window.positions() * width;
    }

    @Override
    public Dimensions output(Dimensions input) {
      return window.over(input, width);
    }
  }

  /**
   * Batch normalization, by channel: over rows, and over the positions of images.
   *
   * @param momentum weight of the old running statistics, in [0, 1) (Keras' convention)
   * @param epsilon added to the variance, positive
   */
  record BatchNormalization(double momentum, double epsilon) implements Layer {
    private static final long serialVersionUID = 1L;

    public BatchNormalization {
      if (!(momentum >= 0 && momentum < 1) || !(epsilon > 0)) {
        throw new IllegalArgumentException(
            "batch normalization needs momentum in [0, 1) and epsilon > 0: momentum=%s epsilon=%s"
                .formatted(momentum, epsilon));
      }
    }
  }

  /**
   * An elementwise activation.
   *
   * @param alpha of leaky ReLU its slope below 0, of ELU its scale; without effect for others
   */
  record Activated(Activation activation, double alpha) implements Layer {
    private static final long serialVersionUID = 1L;

    /** An activation without alpha. */
    public Activated(Activation activation) {
      this(activation, 0);
    }
  }

  /** The largest value of each window, by channel. Padding never wins. */
  record MaxPooling(Window window) implements Layer {
    private static final long serialVersionUID = 1L;

    @Override
    public Dimensions output(Dimensions input) {
      return window.over(input, input.channels());
    }
  }

  /**
   * The mean of each window's values, by channel.
   *
   * @param divisor by what the sum is divided where a window overlaps the padding
   */
  record AveragePooling(Window window, Divisor divisor) implements Layer {
    private static final long serialVersionUID = 1L;

    /** What the sum of a window is divided by. */
    public enum Divisor {
      /** The number of the window's pixels within the image (TensorFlow, Keras). */
      PIXELS_OF_IMAGE,
      /** The size of the window (DL4J). */
      WINDOW
    }

    @Override
    public Dimensions output(Dimensions input) {
      return window.over(input, input.channels());
    }
  }

  /** The mean of all positions of an image, by channel. */
  record GlobalAveragePooling() implements Layer {
    private static final long serialVersionUID = 1L;

    @Override
    public Dimensions output(Dimensions input) {
      return Dimensions.vector(input.channels());
    }
  }

  /** Takes an image as the vector of its values, in the order height, width, channels. */
  record Flatten() implements Layer {
    private static final long serialVersionUID = 1L;

    @Override
    public Dimensions output(Dimensions input) {
      return Dimensions.vector(input.size());
    }
  }

  /**
   * Turns images in the order channels, height, width into height, width, channels. Only the first
   * layer may be one: inside a network all images are in this order.
   */
  record ChannelsLast() implements Layer {
    private static final long serialVersionUID = 1L;
  }

  /**
   * In training, sets each value to zero with probability {@code rate} and divides the others by
   * {@code 1 - rate} (Srivastava et al. 2014, inverted); otherwise the identity.
   *
   * @param rate in [0, 1)
   */
  record Dropout(double rate) implements Layer {
    private static final long serialVersionUID = 1L;

    public Dropout {
      if (!(rate >= 0 && rate < 1)) {
        throw new IllegalArgumentException("dropout needs a rate in [0, 1): rate=" + rate);
      }
    }
  }

  private static void requireWidth(int width) {
    if (width < 1) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a layer needs a width of at least 1: width=%d", width));
    }
  }
}
