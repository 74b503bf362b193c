package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.nn.NetworkState;
import java.util.Arrays;
import java.util.Random;

/**
 * Compares a layer's pass with plain formulas in double: its outputs, and its gradients with
 * central differences.
 */
final class LayerOracle {
  /**
   * Of the norm: a few roundings of float (6e-8) in sums of some hundred terms, which mostly
   * cancel; central differences err by 1e-9.
   */
  private static final double TOLERANCE = 1e-6;

  private static final double STEP = 1e-4;

  /** What no pass may touch, behind the rows of a batch. */
  private static final float BEHIND = 12345f;

  private static final int BEHIND_LENGTH = 3;

  /** The layer as a function. */
  interface Formula {
    double[] outputs(double[] parameters, double[] x);
  }

  final float[] x;
  final float[] y;
  final float[] dy;
  final float[] dx;
  final float[] gradient;

  /**
   * Runs forward and backward pass.
   *
   * @param inputs one batch
   * @param outputs length of the outputs
   */
  LayerOracle(LayerPass pass, float[] parameters, float[] inputs, int outputs, int rows) {
    this(pass, new NetworkState(parameters, new float[0]), inputs, outputs, rows);
  }

  LayerOracle(LayerPass pass, NetworkState state, float[] inputs, int outputs, int rows) {
    x = guarded(inputs);
    y = guarded(gaussians(outputs, 8));
    dy = guarded(gaussians(outputs, 9));
    dx = guarded(gaussians(inputs.length, 10));
    float[] parameters = state.parameters();
    gradient = gaussians(parameters.length, 11);
    float[] given = dy.clone();
    boolean[] meanwhile = {false};
    pass.forward(Network.Mode.TRAINING, state, x, rows, y);
    float[] yAfter = y.clone();
    float[] xAfter = x.clone();
    pass.backward(
            parameters,
            pass.reads() == LayerPass.Reads.INPUTS ? x : new float[0],
            pass.reads() == LayerPass.Reads.OUTPUTS ? y : new float[0],
            dy,
            rows,
            gradient,
            dx,
            () -> meanwhile[0] = true)
        .run();
    System.arraycopy(given, 0, dy, 0, dy.length);
    assertTrue(meanwhile[0], "the pass must run what is to be done meanwhile");
    assertArrayEquals(yAfter, y, "outputs after the backward pass");
    assertArrayEquals(xAfter, x, "inputs after the backward pass");
    for (float[] array : new float[][] {x, y, dx}) {
      for (int i = 1; i <= BEHIND_LENGTH; i++) {
        assertEquals(BEHIND, array[array.length - i], "a value behind the rows");
      }
    }
  }

  /** Compares with a formula over all of {@code inputs}. */
  LayerOracle assertAgrees(Formula formula, float[] parameters, float[] inputs) {
    double[] p = doubles(parameters);
    double[] z = doubles(inputs);
    assertClose("y", formula.outputs(p, z), y);
    assertClose("dx", differences(z, () -> loss(formula.outputs(p, z))), dx);
    assertClose("gradient", differences(p, () -> loss(formula.outputs(p, z))), gradient);
    return this;
  }

  private interface Loss {
    double value();
  }

  private static double[] differences(double[] variables, Loss loss) {
    double[] gradient = new double[variables.length];
    for (int i = 0; i < variables.length; i++) {
      double at = variables[i];
      variables[i] = at + STEP;
      double above = loss.value();
      variables[i] = at - STEP;
      double below = loss.value();
      variables[i] = at;
      gradient[i] = (above - below) / (2 * STEP);
    }
    return gradient;
  }

  private double loss(double[] outputs) {
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      sum += dy[i] * outputs[i];
    }
    return sum;
  }

  static void assertClose(String what, double[] expected, float[] found) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(expected[i] - found[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double error = Math.sqrt(difference);
    assertTrue(
        error <= TOLERANCE * Math.sqrt(norm) || error == 0,
        what + ": error " + error + " of norm " + Math.sqrt(norm));
  }

  static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  static float[] gaussians(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] guarded(float[] values) {
    float[] guarded = Arrays.copyOf(values, values.length + BEHIND_LENGTH);
    Arrays.fill(guarded, values.length, guarded.length, BEHIND);
    return guarded;
  }
}
