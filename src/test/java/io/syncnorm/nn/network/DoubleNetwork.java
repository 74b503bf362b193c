package io.syncnorm.nn.network;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.Window;

/**
 * The oracle: the network in double, in plain loops, written from the formulas. It shares only the
 * layout of the parameters with the engine.
 */
final class DoubleNetwork {
  private final Architecture architecture;
  private final ParameterLayout layout;

  DoubleNetwork(Architecture architecture) {
    this.architecture = architecture;
    this.layout = ParameterLayout.of(architecture);
  }

  /** Weighted sum of all rows' cross-entropy, normalized with the statistics of these rows. */
  double loss(double[] parameters, double[][] x, int[] labels, double[] weights) {
    double[][] rows = x;
    int weighted = 0;
    int normalized = 0;
    for (int i = 0; i < architecture.layers().size(); i++) {
      Layer layer = architecture.layers().get(i);
      Dimensions input = architecture.dimensions().get(i);
      if (layer instanceof Layer.Dense) {
        rows = product(layout.weights().get(weighted++), parameters, rows);
      } else if (layer instanceof Layer.Convolution convolution) {
        rows = convolve(convolution, layout.weights().get(weighted++), parameters, input, rows);
      } else if (layer instanceof Layer.BatchNormalization settings) {
        rows = normalized(layout.normalizations().get(normalized++), settings, parameters, rows);
      } else if (layer instanceof Layer.Activated settings) {
        rows = activated(settings, rows);
      } else {
        rows = pooled(layer, input, rows);
      }
    }
    rows = product(layout.weights().get(weighted), parameters, rows);
    double loss = 0;
    for (int row = 0; row < rows.length; row++) {
      double sum = 0;
      for (double z : rows[row]) {
        sum += Math.exp(z);
      }
      loss += weights[row] * (Math.log(sum) - rows[row][labels[row]]);
    }
    return loss;
  }

  /** Central differences of {@link #loss} with respect to every parameter. */
  double[] gradient(double[] parameters, double[][] x, int[] labels, double[] weights) {
    double h = 1e-5;
    double[] p = parameters.clone();
    double[] gradient = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = parameters[i] + h;
      double above = loss(p, x, labels, weights);
      p[i] = parameters[i] - h;
      double below = loss(p, x, labels, weights);
      p[i] = parameters[i];
      gradient[i] = (above - below) / (2 * h);
    }
    return gradient;
  }

  private static double[][] product(ParameterLayout.Weights layer, double[] p, double[][] x) {
    double[][] y = new double[x.length][layer.out()];
    for (int row = 0; row < x.length; row++) {
      for (int j = 0; j < layer.out(); j++) {
        double sum = layer.hasBias() ? p[layer.bias() + j] : 0;
        for (int k = 0; k < layer.in(); k++) {
          sum += x[row][k] * p[layer.weights() + k * layer.out() + j];
        }
        y[row][j] = sum;
      }
    }
    return y;
  }

  private static double[][] convolve(
      Layer.Convolution layer,
      ParameterLayout.Weights weights,
      double[] p,
      Dimensions input,
      double[][] x) {
    Dimensions output = layer.output(input);
    double[][] y = new double[x.length][output.size()];
    for (int row = 0; row < x.length; row++) {
      for (int position = 0; position < output.positions(); position++) {
        for (int j = 0; j < output.channels(); j++) {
          double sum = weights.hasBias() ? p[weights.bias() + j] : 0;
          for (int k = 0; k < weights.in(); k++) {
            int pixel = k / input.channels();
            int from = source(layer.window(), input, output, position, pixel);
            double value = from < 0 ? 0 : x[row][from * input.channels() + k % input.channels()];
            sum += value * p[weights.weights() + k * weights.out() + j];
          }
          y[row][position * output.channels() + j] = sum;
        }
      }
    }
    return y;
  }

  /** The input position of a pixel of an output position's window; -1 in the padding. */
  private static int source(
      Window window, Dimensions input, Dimensions output, int position, int pixel) {
    int y =
        position / output.width() * window.strideY()
            + pixel / window.width()
            - window.padding(input).top();
    int x =
        position % output.width() * window.strideX()
            + pixel % window.width()
            - window.padding(input).left();
    boolean isInside = y >= 0 && y < input.height() && x >= 0 && x < input.width();
    return isInside ? y * input.width() + x : -1;
  }

  private static double[][] pooled(Layer layer, Dimensions input, double[][] x) {
    if (layer instanceof Layer.Flatten) {
      return x;
    }
    if (layer instanceof Layer.ChannelsLast) {
      return channelsLast(input, x);
    }
    Window window =
        switch (layer.getClass().getSimpleName()) {
          case "MaxPooling" -> ((Layer.MaxPooling) layer).window();
          case "AveragePooling" -> ((Layer.AveragePooling) layer).window();
          case "GlobalAveragePooling" ->
              new Window(input.height(), input.width(), 1, 1, Window.Fixed.VALID);
          default -> throw new AssertionError(layer);
        };
    boolean isFull =
        layer instanceof Layer.AveragePooling average
            && average.divisor() == Layer.AveragePooling.Divisor.WINDOW;
    Dimensions output = window.over(input, input.channels());
    double[][] y = new double[x.length][output.size()];
    for (int row = 0; row < x.length; row++) {
      for (int at = 0; at < output.size(); at++) {
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        int count = 0;
        for (int pixel = 0; pixel < window.positions(); pixel++) {
          int from = source(window, input, output, at / output.channels(), pixel);
          if (from >= 0) {
            double value = x[row][from * input.channels() + at % output.channels()];
            max = Math.max(max, value);
            sum += value;
            count++;
          }
        }
        int divisor = isFull ? window.positions() : count;
        y[row][at] = layer instanceof Layer.MaxPooling ? max : sum / divisor;
      }
    }
    return y;
  }

  private static double[][] channelsLast(Dimensions input, double[][] x) {
    double[][] y = new double[x.length][input.size()];
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < input.size(); i++) {
        int channel = i % input.channels();
        y[row][i] = x[row][channel * input.positions() + i / input.channels()];
      }
    }
    return y;
  }

  private static double[][] normalized(
      ParameterLayout.Normalization layer,
      Layer.BatchNormalization settings,
      double[] p,
      double[][] x) {
    int channels = layer.features();
    double count = x.length * (double) x[0].length / channels;
    double[][] y = new double[x.length][x[0].length];
    for (int j = 0; j < channels; j++) {
      double mean = 0;
      for (double[] row : x) {
        for (int i = j; i < row.length; i += channels) {
          mean += row[i] / count;
        }
      }
      double biasedVariance = 0;
      for (double[] row : x) {
        for (int i = j; i < row.length; i += channels) {
          biasedVariance += (row[i] - mean) * (row[i] - mean) / count;
        }
      }
      double std = Math.sqrt(biasedVariance + settings.epsilon());
      for (int row = 0; row < x.length; row++) {
        for (int i = j; i < x[row].length; i += channels) {
          y[row][i] = p[layer.gamma() + j] * (x[row][i] - mean) / std + p[layer.beta() + j];
        }
      }
    }
    return y;
  }

  private static double[][] activated(Layer.Activated settings, double[][] x) {
    double[][] y = new double[x.length][x[0].length];
    for (int row = 0; row < x.length; row++) {
      for (int j = 0; j < x[row].length; j++) {
        double z = x[row][j];
        y[row][j] =
            switch (settings.activation()) {
              case IDENTITY -> z;
              case RELU -> Math.max(0, z);
              case LEAKY_RELU -> z > 0 ? z : settings.alpha() * z;
              case ELU -> z > 0 ? z : settings.alpha() * Math.expm1(z);
              case TANH -> Math.tanh(z);
              case SIGMOID -> 1 / (1 + Math.exp(-z));
            };
      }
    }
    return y;
  }
}
