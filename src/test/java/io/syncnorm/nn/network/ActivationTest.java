package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Layer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTest {
  @Test
  void reluShouldPassTheGradientOfPositiveOutputsAlone() {
    float[] output = {0f, Float.MIN_VALUE, Float.MIN_NORMAL, 1e-3f, 1f, 3e38f};
    float[] gradient = {-2f, -2f, 1e-30f, 0.1f, -7f, 3e38f};
    Activation.RELU.backward(output, gradient, gradient.length, 0f);
    assertArrayEquals(new float[] {-0f, -2f, 1e-30f, 0.1f, -7f, 3e38f}, gradient);
  }

  @Test
  void reluShouldLeaveWhatLiesBehind() {
    float[] gradient = {5f, 5f};
    Activation.RELU.backward(new float[2], gradient, 1, 0f);
    assertArrayEquals(new float[] {0f, 5f}, gradient);
  }

  @Test
  void leakyReluShouldHaveTheDerivativeOfItsSide() {
    float[] x = {-2f, -0f, 0f, Float.MIN_VALUE, 1e-3f, 5f};
    Activation.LEAKY_RELU.forward(x, x.length, 0.01f);
    assertArrayEquals(new float[] {-0.02f, 0f, 0f, Float.MIN_VALUE, 1e-3f, 5f}, x);
    float[] gradient = {10f, 10f, 10f, 10f, 10f, 10f};
    Activation.LEAKY_RELU.backward(x, gradient, gradient.length, 0.01f);
    assertArrayEquals(new float[] {0.1f, 0.1f, 0.1f, 10f, 10f, 10f}, gradient, 1e-7f);
  }

  @Test
  void eluShouldHaveTheDerivativeOfItsSide() {
    float[] x = {-200f, (float) Math.log(0.5), 0f, 5f};
    Activation.ELU.forward(x, x.length, 2f);
    assertArrayEquals(new float[] {-2f, -1f, 0f, 5f}, x, 1e-6f);
    float[] gradient = {10f, 10f, 10f, 10f};
    Activation.ELU.backward(x, gradient, gradient.length, 2f);
    assertArrayEquals(new float[] {0f, 10f, 20f, 10f}, gradient, 1e-5f);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void shouldAgreeWithItsFormulaAsALayer(Activation activation) {
    float[] x = LayerOracle.gaussians(3 * 67, 5);
    ActivationPass pass = new ActivationPass(new Layer.Activated(activation, 0.3), 67);
    new LayerOracle(pass, new float[0], x, x.length, 3)
        .assertAgrees(
            (p, z) -> Arrays.stream(z).map(v -> formula(activation, v)).toArray(), new float[0], x);
  }

  private static double formula(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> Math.max(0, x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case LEAKY_RELU -> x > 0 ? x : (double) 0.3f * x;
      case ELU -> x > 0 ? x : (double) 0.3f * Math.expm1(x);
    };
  }
}
