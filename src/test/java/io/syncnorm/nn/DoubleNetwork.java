package io.syncnorm.nn;

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
    int last = layout.layers().size() - 1;
    for (int i = 0; i <= last; i++) {
      rows = product(layout.layers().get(i), parameters, rows);
      if (i < last) {
        finish(i, parameters, rows);
      }
    }
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

  private static double[][] product(ParameterLayout.Layer layer, double[] p, double[][] x) {
    double[][] y = new double[x.length][layer.out()];
    for (int row = 0; row < x.length; row++) {
      for (int j = 0; j < layer.out(); j++) {
        double sum = layer.normalized() ? 0 : p[layer.shift() + j];
        for (int k = 0; k < layer.in(); k++) {
          sum += x[row][k] * p[layer.weights() + k * layer.out() + j];
        }
        y[row][j] = sum;
      }
    }
    return y;
  }

  private void finish(int index, double[] p, double[][] y) {
    ParameterLayout.Layer layer = layout.layers().get(index);
    Architecture.Hidden hidden = architecture.hidden().get(index);
    if (hidden.normalization() instanceof Architecture.BatchNormalized settings) {
      for (int j = 0; j < layer.out(); j++) {
        normalize(y, j, p[layer.gamma() + j], p[layer.shift() + j], settings.epsilon());
      }
    }
    activate(hidden.activation(), y);
  }

  private static void normalize(double[][] y, int j, double gamma, double beta, double epsilon) {
    double mean = 0;
    for (double[] row : y) {
      mean += row[j] / y.length;
    }
    double biasedVariance = 0;
    for (double[] row : y) {
      biasedVariance += (row[j] - mean) * (row[j] - mean) / y.length;
    }
    for (double[] row : y) {
      row[j] = gamma * (row[j] - mean) / Math.sqrt(biasedVariance + epsilon) + beta;
    }
  }

  private static void activate(Activation activation, double[][] y) {
    for (double[] row : y) {
      for (int j = 0; j < row.length; j++) {
        row[j] =
            switch (activation) {
              case IDENTITY -> row[j];
              case RELU -> Math.max(0, row[j]);
              case TANH -> Math.tanh(row[j]);
              case SIGMOID -> 1 / (1 + Math.exp(-row[j]));
            };
      }
    }
  }
}
