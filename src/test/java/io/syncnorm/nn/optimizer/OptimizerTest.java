package io.syncnorm.nn.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OptimizerTest {
  /** Float results of a few operations on numbers around one. */
  private static final float TOLERANCE = 1e-6f;

  @Test
  void shouldStepDownTheScaledGradientWithSgd() {
    float[] parameters = {1, 2};
    new Sgd(0.5).update(parameters, new float[] {4, -8}, 0.25f);
    assertArrayEquals(new float[] {0.5f, 3}, parameters, TOLERANCE);
  }

  @Test
  void shouldFollowTheFormulaWithAdam() {
    Optimizer adam = new Adam.Rule(0.1, 0.9, 0.99, 1e-7).optimizer(2);
    float[] parameters = {1, 1};
    double m = 0;
    double v = 0;
    double p = 1;
    double[] gradients = {0.5, -0.25, 3};
    for (int t = 1; t <= gradients.length; t++) {
      double g = gradients[t - 1];
      adam.update(parameters, new float[] {(float) (4 * g), 0}, 0.25f);
      m = 0.9 * m + 0.1 * g;
      v = 0.99 * v + 0.01 * g * g;
      double unbiasedM = m / (1 - Math.pow(0.9, t));
      double unbiasedV = v / (1 - Math.pow(0.99, t));
      p -= 0.1 * unbiasedM / Math.sqrt(unbiasedV);
      assertEquals(p, parameters[0], 1e-5, "update " + t);
    }
    assertEquals(1f, parameters[1], "no gradient, no step");
    assertEquals(3, adam.updates());
  }

  @Test
  void shouldFollowTheFormulaWithNesterovsMomentum() {
    Optimizer nesterov = new Nesterov.Rule(new Schedule.Constant(0.1), 0.5).optimizer(1);
    float[] parameters = {1};
    nesterov.update(parameters, new float[] {8}, 0.25f); // g = 2, v = -0.2
    assertEquals(1 - 1.5f * 0.2f, parameters[0], TOLERANCE);
    assertEquals(-0.2f, nesterov.slots().get(0)[0], TOLERANCE);
    nesterov.update(parameters, new float[] {1}, 1); // v = -0.1 - 0.1
    assertEquals(0.7f - 1.5f * 0.2f + 0.1f, parameters[0], TOLERANCE);
  }

  @Test
  void shouldFollowTheFormulaWithRmsProp() {
    Optimizer rmsProp = new RmsProp.Rule(new Schedule.Constant(0.1), 0.75, 0.5).optimizer(1);
    float[] parameters = {1};
    rmsProp.update(parameters, new float[] {8}, 0.25f); // g = 2, v = 1
    assertEquals(1 - 0.1f * 2 / 1.5f, parameters[0], TOLERANCE);
    assertEquals(1f, rmsProp.slots().get(0)[0], TOLERANCE);
  }

  @Test
  void shouldNotLetMomentsDecayToDenormalNumbers() {
    Optimizer adam = new Adam.Rule(0.1, 0.9, 0.9, 1e-7).optimizer(1);
    float[] parameters = {1};
    adam.update(parameters, new float[] {1e-3f}, 1);
    for (int i = 0; i < 2000; i++) {
      adam.update(parameters, new float[] {0}, 1);
    }
    for (float[] slot : adam.slots()) {
      assertTrue(slot[0] == 0 || slot[0] > Float.MIN_NORMAL / 1e-6f, "moment " + slot[0]);
      assertTrue(slot[0] < 1e-27f, "moment " + slot[0]);
    }
  }

  @Test
  void shouldClearAllStateOnReset() {
    Optimizer adam = new Adam.Rule(0.1, 0.9, 0.99, 1e-7).optimizer(1);
    adam.update(new float[] {1}, new float[] {1}, 1);
    adam.reset();
    assertEquals(0, adam.updates());
    assertEquals(0f, adam.slots().get(0)[0]);
    assertEquals(0f, adam.slots().get(1)[0]);
  }
}
