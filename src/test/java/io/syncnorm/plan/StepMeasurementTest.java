package io.syncnorm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Shape;
import io.syncnorm.train.PlanException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StepMeasurementTest {
  /** A step of a tiny network takes microseconds, even on a busy machine far less than this. */
  private static final double LONG_SECONDS = 1;

  private static Configuration configuration(String... settings) {
    return ConfigLoader.load(List.of(), List.of(settings))
        .with(Keys.HIDDEN, List.of(4))
        .with(Keys.CLASSES, 3);
  }

  /** Whatever is configured besides the network must not end the measurement. */
  @Test
  void shouldMeasureAStepOfTwoRanks() {
    MeasuredSteps measured =
        StepMeasurement.measure(
            configuration(
                "training.batch-size=16",
                "training.early-stopping=1",
                "training.optimizer.learning-rate=1e30",
                "training.averaging.local-after-epoch=1",
                "model.batch-norm.recalibrate=10000"),
            Shape.sparse(100, true, 1000, 5),
            new Cluster(2, 1, 2, LinkCost.TYPICAL),
            List.of(2, 8),
            "here");
    assertEquals("here", measured.machine());
    assertEquals(1, measured.steps().size(), "both worlds have two ranks on a machine");
    assertEquals(Math.min(2, measured.cores()), measured.steps().get(0).crowd().ranks());
    StepCost cost = measured.steps().get(0).cost();
    assertTrue(cost.secondsPerRow() > 0 && cost.seconds(16) < LONG_SECONDS, cost::toString);
    assertTrue(cost.mergeSeconds() > 0 && cost.mergeSeconds() < LONG_SECONDS, cost::toString);
  }

  @Test
  void shouldCountAveragedGradientsAsPartOfAStep() {
    StepCost cost =
        StepMeasurement.measure(
                configuration("training.averaging.merge=gradients"),
                Shape.dense(16, Shape.Kind.PIXELS, false, 1000),
                new Cluster(1, 1, 1, LinkCost.TYPICAL),
                List.of(1),
                "here")
            .steps()
            .get(0)
            .cost();
    assertTrue(cost.secondsPerRow() > 0 && cost.seconds(128) < LONG_SECONDS, cost::toString);
    assertEquals(0, cost.mergeSeconds());
  }

  @Test
  void shouldRefuseMiniBatchesThatDoNotFitIntoArrays() {
    Configuration configuration = configuration().with(Keys.BATCH_SIZE, Integer.MAX_VALUE);
    Shape shape = Shape.dense(16, Shape.Kind.FLOATS, false, 1000);
    assertThrows(PlanException.class, () -> StepMeasurement.requireFits(configuration, shape));
  }
}
