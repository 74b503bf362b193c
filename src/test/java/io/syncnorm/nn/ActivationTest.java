package io.syncnorm.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class ActivationTest {
  @Test
  void reluShouldPassTheGradientOfPositiveOutputsAlone() {
    float[] output = {0f, Float.MIN_VALUE, Float.MIN_NORMAL, 1e-3f, 1f, 3e38f};
    float[] gradient = {-2f, -2f, 1e-30f, 0.1f, -7f, 3e38f};
    Activation.RELU.backward(output, gradient, gradient.length);
    assertArrayEquals(new float[] {-0f, -2f, 1e-30f, 0.1f, -7f, 3e38f}, gradient);
  }

  @Test
  void reluShouldLeaveWhatLiesBehind() {
    float[] gradient = {5f, 5f};
    Activation.RELU.backward(new float[2], gradient, 1);
    assertArrayEquals(new float[] {0f, 5f}, gradient);
  }
}
