package io.syncnorm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.plan.StepCost.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepCostTest {
  private static final double ROUNDING = 1e-12;

  @Test
  void shouldFindTheLineOfItsPoints() {
    StepCost cost = StepCost.fit(List.of(point(1, 5), point(2, 7), point(4, 11)), 0.5);
    assertEquals(3, cost.secondsPerStep(), ROUNDING);
    assertEquals(2, cost.secondsPerRow(), ROUNDING);
    assertEquals(0.5, cost.mergeSeconds());
    assertEquals(23, cost.seconds(10), ROUNDING);
  }

  @Test
  void shouldWeighErrorsByTheTimeOfAStep() {
    StepCost cost = StepCost.fit(List.of(point(1, 1.1), point(2, 2), point(100, 110)), 0);
    double small = Math.abs(cost.seconds(1) - 1.1) / 1.1;
    double large = Math.abs(cost.seconds(100) - 110) / 110;
    assertTrue(small < 0.05, () -> "small=" + small);
    assertTrue(large < 0.05, () -> "large=" + large);
  }

  @Test
  void shouldBeginAtTheOriginIfStepsGrowFasterThanTheirRows() {
    StepCost cost = StepCost.fit(List.of(point(1, 1), point(2, 4), point(4, 16)), 0);
    assertEquals(0, cost.secondsPerStep());
    // (1/1 + 2/4 + 4/16) / (1 + 1/4 + 1/16): the least squares of rows * x / seconds - 1
    assertEquals(1.75 / 1.3125, cost.secondsPerRow(), ROUNDING);
  }

  @Test
  void shouldBeginAtTheOriginIfStepsDoNotGrow() {
    StepCost cost = StepCost.fit(List.of(point(1, 2), point(2, 2), point(4, 1)), 0);
    assertEquals(0, cost.secondsPerStep());
    assertTrue(cost.secondsPerRow() > 0, cost::toString);
  }

  @Test
  void shouldFindTheFewestRowsThatTakeAsLong() {
    StepCost cost = new StepCost(3, 2, 0);
    assertEquals(4, cost.rowsFor(11));
    assertEquals(5, cost.rowsFor(11.5));
    assertEquals(1, cost.rowsFor(0));
  }

  @Test
  void shouldRejectRowsThatCostNothing() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new StepCost(1, 0, 0))
            .getMessage()
            .contains("secondsPerRow=0.0"));
  }

  private static Point point(long rows, double seconds) {
    return new Point(rows, seconds);
  }
}
