package io.syncnorm.nn.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Limits and penalties, computed by hand. */
class ConditionedTest {
  /** Float results of a few operations on numbers around one. */
  private static final float TOLERANCE = 1e-6f;

  private static final Range ALL = new Range(0, 4);
  private static final Optimizer.Rule SGD = new Sgd.Rule(1);

  @Test
  void shouldBeTheRuleItselfWithoutConditions() {
    assertSame(SGD, Conditioned.rule(SGD, List.of(), List.of()));
  }

  @Test
  void shouldLimitEachComponentOfTheScaledGradient() {
    assertStep(new float[] {0.5f, -0.5f, 0.25f, 0}, clip(Clip.Kind.VALUE, 0.5, ALL));
    assertStep(new float[] {1.5f, -0.5f, 0.25f, 0}, clip(Clip.Kind.VALUE, 0.5, new Range(1, 4)));
  }

  @Test
  void shouldShortenAGradientThatIsTooLong() {
    // The scaled gradient is (1.5, -2, 0.25, 0).
    assertStep(new float[] {0.6f, -0.8f, 0.25f, 0}, clip(Clip.Kind.NORM, 1, new Range(0, 2)));
    assertStep(new float[] {1.5f, -2, 0.25f, 0}, clip(Clip.Kind.NORM, 3, ALL));
  }

  @Test
  void shouldMakeAGradientAsLongAsOne() {
    assertStep(new float[] {1.5f, -2, 1, 0}, clip(Clip.Kind.UNIT_NORM, 0, new Range(2, 4)));
    assertStep(new float[] {1.5f, -2, 0.25f, 0}, clip(Clip.Kind.UNIT_NORM, 0, new Range(3, 4)));
  }

  @Test
  void shouldComputeTheNormOfALongGradient() {
    Random random = new Random(1);
    float[] gradient = new float[1003];
    double sum = 0;
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = random.nextFloat() - 0.5f;
      sum += (double) gradient[i] * gradient[i];
    }
    float first = gradient[0];
    new Clip(Clip.Kind.NORM, 1, new Range(0, gradient.length)).apply(gradient);
    assertEquals(first / Math.sqrt(sum), gradient[0], TOLERANCE);
  }

  @Test
  void shouldAddL2AfterClippingToSomeParametersOnly() {
    Optimizer optimizer =
        Conditioned.rule(
                SGD,
                List.of(new Clip(Clip.Kind.VALUE, 1, new Range(0, 2))),
                List.of(new Penalty(Penalty.Kind.L2, 0.5, new Range(0, 1))))
            .optimizer(2);
    float[] parameters = {4, 4};
    optimizer.update(parameters, new float[] {10, 10}, 1);
    assertArrayEquals(new float[] {4 - (1 + 2), 4 - 1}, parameters, TOLERANCE);
  }

  @Test
  void shouldDecayWeightsBesideTheGradientByTheScheduledRate() {
    Schedule schedule = new Schedule.Step(0.5, 0.5, 1, Schedule.Unit.STEPS);
    Optimizer optimizer =
        Conditioned.rule(
                new Sgd.Rule(schedule),
                List.of(),
                List.of(
                    new Penalty(Penalty.Kind.DECAY, 0.1, new Range(0, 1)),
                    new Penalty(Penalty.Kind.FIXED_DECAY, 0.1, new Range(1, 2))))
            .optimizer(3);
    float[] parameters = {4, 4, 4};
    optimizer.update(parameters, new float[] {2, 2, 2}, 0.5f);
    assertArrayEquals(new float[] {4 - 0.2f - 0.5f, 4 - 0.4f - 0.5f, 3.5f}, parameters, TOLERANCE);
    optimizer.moveTo(new Elapsed(0, 1, 10, 1));
    optimizer.update(parameters, new float[] {0, 0, 0}, 1);
    assertArrayEquals(new float[] {3.3f * 0.975f, 3.1f * 0.9f, 3.5f}, parameters, TOLERANCE);
  }

  @Test
  void shouldLeaveTheGradientAndKeepTheStateOfTheRule() {
    Optimizer.Rule adam = new Adam.Rule(0.1, 0.9, 0.99, 1e-7);
    Optimizer optimizer =
        Conditioned.rule(adam, List.of(new Clip(Clip.Kind.VALUE, 1, ALL)), List.of()).optimizer(4);
    float[] gradient = {9, 9, 9, 9};
    optimizer.update(new float[4], gradient, 1);
    assertArrayEquals(new float[] {9, 9, 9, 9}, gradient);
    assertEquals(2, optimizer.slots().size());
    assertEquals(1, optimizer.updates());
    assertEquals(0.1f, optimizer.slots().get(0)[0], TOLERANCE);
    optimizer.reset();
    assertEquals(0, optimizer.updates());
    assertEquals(0, optimizer.slots().get(0)[0]);
  }

  private static List<Clip> clip(Clip.Kind kind, double threshold, Range range) {
    return List.of(new Clip(kind, threshold, range));
  }

  private static void assertStep(float[] expected, List<Clip> clips) {
    float[] parameters = new float[4];
    Conditioned.rule(SGD, clips, List.of())
        .optimizer(4)
        .update(parameters, new float[] {-3, 4, -0.5f, 0}, 0.5f);
    assertArrayEquals(expected, parameters, TOLERANCE);
  }
}
