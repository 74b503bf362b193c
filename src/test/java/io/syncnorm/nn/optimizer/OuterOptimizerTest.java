package io.syncnorm.nn.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * Two merges by hand: the ranks' averages are 1 and then 2 above the parameters they started from.
 */
class OuterOptimizerTest {
  private static final float ROUNDING = 1e-6f;

  @Test
  void shouldKeepTheAverageWithoutARule() {
    assertArrayEquals(new float[] {11, 13}, merges(OuterOptimizer.Variant.NONE));
    assertEquals(0, optimizer(OuterOptimizer.Variant.NONE).velocity().length);
  }

  @Test
  void shouldSumUpDifferencesWithMomentum() {
    // v = 1; p = 10 + 0.5 * 1. v = 0.8 * 1 + 2; p = 10.5 + 0.5 * 2.8.
    assertArrayEquals(
        new float[] {10.5f, 11.9f}, merges(OuterOptimizer.Variant.MOMENTUM), ROUNDING);
  }

  @Test
  void shouldLookAheadWithNesterov() {
    // v = 1; p = 10 + 0.5 * (0.8 * 1 + 1). v = 2.8; p = 10.9 + 0.5 * (0.8 * 2.8 + 2).
    assertArrayEquals(
        new float[] {10.9f, 13.02f}, merges(OuterOptimizer.Variant.NESTEROV), ROUNDING);
  }

  @Test
  void shouldKeepTheVelocityWhenRanksStartFromElsewhere() {
    OuterOptimizer outer = optimizer(OuterOptimizer.Variant.MOMENTUM);
    float[] parameters = {1};
    outer.step(parameters);
    outer.startFrom(new float[] {5});
    parameters[0] = 5;
    outer.step(parameters);
    assertEquals(5 + 0.5 * 0.8, parameters[0], ROUNDING);
  }

  private static float[] merges(OuterOptimizer.Variant rule) {
    OuterOptimizer outer = optimizer(rule);
    float[] parameters = {10};
    outer.startFrom(parameters);
    parameters[0] += 1;
    outer.step(parameters);
    float first = parameters[0];
    parameters[0] += 2;
    outer.step(parameters);
    return new float[] {first, parameters[0]};
  }

  private static OuterOptimizer optimizer(OuterOptimizer.Variant rule) {
    return new OuterOptimizer(rule, 0.5, 0.8, 1);
  }
}
