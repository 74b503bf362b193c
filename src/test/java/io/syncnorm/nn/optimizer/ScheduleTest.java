package io.syncnorm.nn.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.nn.optimizer.Schedule.Unit;
import org.junit.jupiter.api.Test;

/** Rates computed by hand. */
class ScheduleTest {
  private static final double TOLERANCE = 1e-12;
  private static final int STEPS_PER_EPOCH = 10;

  @Test
  void shouldKeepAConstantRate() {
    assertEquals(0.1, new Schedule.Constant(0.1).rate(at(7, 3)));
  }

  @Test
  void shouldMultiplyByTheFactorAfterEachPeriod() {
    Schedule byEpoch = new Schedule.Step(0.8, 0.5, 2, Unit.EPOCHS);
    assertEquals(0.8, byEpoch.rate(at(1, 9)), TOLERANCE);
    assertEquals(0.4, byEpoch.rate(at(2, 0)), TOLERANCE);
    assertEquals(0.2, byEpoch.rate(at(5, 9)), TOLERANCE);
    Schedule byStep = new Schedule.Step(0.8, 0.5, 15, Unit.STEPS);
    assertEquals(0.8, byStep.rate(at(1, 4)), TOLERANCE);
    assertEquals(0.4, byStep.rate(at(1, 5)), TOLERANCE);
  }

  @Test
  void shouldMultiplyByTheFactorOverEachPeriod() {
    Schedule byEpoch = new Schedule.Exponential(0.8, 0.25, 2, Unit.EPOCHS);
    assertEquals(0.8, byEpoch.rate(at(0, 9)), TOLERANCE);
    assertEquals(0.4, byEpoch.rate(at(1, 0)), TOLERANCE);
    Schedule byStep = new Schedule.Exponential(0.8, 0.25, 20, Unit.STEPS);
    assertEquals(0.8 * Math.pow(0.25, 0.25), byStep.rate(at(0, 5)), TOLERANCE);
    assertEquals(0.4, byStep.rate(at(1, 0)), TOLERANCE);
  }

  @Test
  void shouldFollowHalfACosineStepByStep() {
    Schedule cosine = new Schedule.Cosine(0.8, 0.25, 4);
    assertEquals(0.8, cosine.rate(at(0, 0)), TOLERANCE);
    assertEquals(0.2 + 0.6 * (1 + Math.cos(Math.PI / 8)) / 2, cosine.rate(at(0, 5)), TOLERANCE);
    assertEquals(0.5, cosine.rate(at(2, 0)), TOLERANCE);
    assertEquals(0.2, cosine.rate(at(4, 0)), TOLERANCE);
    assertEquals(0.2, cosine.rate(at(5, 3)), TOLERANCE);
  }

  @Test
  void shouldRiseLinearlyToTheScheduleBehind() {
    Schedule byStep = new Schedule.WarmUp(new Schedule.Constant(0.8), 4, Unit.STEPS);
    assertEquals(0.2, byStep.rate(at(0, 0)), TOLERANCE);
    assertEquals(0.6, byStep.rate(at(0, 2)), TOLERANCE);
    assertEquals(0.8, byStep.rate(at(0, 3)), TOLERANCE);
    Schedule byEpoch =
        new Schedule.WarmUp(new Schedule.Step(0.8, 0.5, 1, Unit.EPOCHS), 2, Unit.EPOCHS);
    assertEquals(0.8 / 20, byEpoch.rate(at(0, 0)), TOLERANCE);
    assertEquals(0.4 * 11 / 20, byEpoch.rate(at(1, 0)), TOLERANCE);
    assertEquals(0.4, byEpoch.rate(at(1, 9)), TOLERANCE);
    assertEquals(0.2, byEpoch.rate(at(2, 0)), TOLERANCE);
  }

  @Test
  void shouldSetTheRateOfTheNextUpdate() {
    Optimizer sgd = new Sgd.Rule(new Schedule.Step(1, 0.5, 1, Unit.STEPS)).optimizer(1);
    float[] parameters = {0};
    sgd.update(parameters, new float[] {-1}, 1);
    assertEquals(1, parameters[0]);
    sgd.moveTo(at(0, 2));
    sgd.update(parameters, new float[] {-1}, 1);
    assertEquals(1.25f, parameters[0]);
  }

  private static Elapsed at(int epochs, int step) {
    return new Elapsed(epochs, step, STEPS_PER_EPOCH, (long) epochs * STEPS_PER_EPOCH + step);
  }
}
