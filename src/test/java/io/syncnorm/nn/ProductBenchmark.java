package io.syncnorm.nn;

import java.util.ArrayList;
import java.util.List;

/** Measures the matrix products of a training step, a lower bound for the time of a step. */
public final class ProductBenchmark {
  private static final long MEASURED_NANOS = 300_000_000;

  private final List<Product> products = new ArrayList<>();
  private final float[] parameters;
  private final float[] gradient;
  private final Blas blas = Blas.instance();

  /**
   * The products of one layer with weights.
   *
   * @param x inputs of all windows {@code [windows, in]}: the rows of a dense layer, the patches of
   *     a convolution
   * @param y outputs of all windows {@code [windows, out]}
   */
  private record Product(ParameterLayout.Weights layer, int windows, float[] x, float[] y) {}

  private ProductBenchmark(Architecture architecture, int rows) {
    parameters = NetworkState.initial(architecture, 1).parameters();
    gradient = new float[parameters.length];
    List<ParameterLayout.Weights> weights = ParameterLayout.of(architecture).weights();
    List<Dimensions> dimensions = architecture.dimensions();
    for (int i = 0; i < architecture.layers().size(); i++) {
      if (architecture.layers().get(i) instanceof Layer.Weighted) {
        add(weights.get(products.size()), rows * dimensions.get(i + 1).positions());
      }
    }
    add(weights.get(products.size()), rows);
  }

  private void add(ParameterLayout.Weights layer, int windows) {
    float[] x = new float[windows * layer.in()];
    products.add(new Product(layer, windows, x, new float[windows * layer.out()]));
  }

  /**
   * Seconds of the sgemm calls of one step: of each layer with weights its outputs, the gradient of
   * its weights and, except of the first, that of its inputs. The patches of convolutions are there
   * before, for the whole mini-batch.
   */
  public static double secondsPerStep(Architecture architecture, int rows) {
    ProductBenchmark step = new ProductBenchmark(architecture, rows);
    step.multiply(); // the operating system provides memory at its first use
    long start = System.nanoTime();
    long nanos = 0;
    int steps = 0;
    while (nanos < MEASURED_NANOS) {
      step.multiply();
      steps++;
      nanos = System.nanoTime() - start;
    }
    return 1e-9 * nanos / steps;
  }

  private void multiply() {
    for (Product p : products) {
      ParameterLayout.Weights l = p.layer;
      blas.multiply(p.x, 0, parameters, l.weights(), p.y, p.windows, l.in(), l.out());
    }
    for (int i = products.size() - 1; i >= 0; i--) {
      Product p = products.get(i);
      ParameterLayout.Weights l = p.layer;
      blas.multiplyTransposedLeft(p.x, 0, p.y, gradient, l.weights(), p.windows, l.in(), l.out());
      if (i > 0) {
        blas.multiplyTransposedRight(p.y, parameters, l.weights(), p.x, p.windows, l.in(), l.out());
      }
    }
  }
}
