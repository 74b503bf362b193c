package io.syncnorm.train.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Tests the time of steps in the fastest second, with the times when steps end in seconds. */
class StepTimeTest {
  private final StepTime time = new StepTime();

  @Test
  void shouldBeThatOfTheFastestSecond() {
    stepped(100, 100.3, 100.6);
    assertEquals(OptionalDouble.empty(), time.seconds());
    stepped(101.2); // three steps in 1.2 s
    assertEquals(0.4, time.seconds().orElseThrow(), 1e-9);
    stepped(101.3, 101.4, 101.5, 102.2); // four in 1 s
    assertEquals(0.25, time.seconds().orElseThrow(), 1e-9);
    stepped(102.6, 103.2); // two in 1 s
    assertEquals(0.25, time.seconds().orElseThrow(), 1e-9);
  }

  @Test
  void shouldTimeLongSteps() {
    stepped(0, 60, 100);
    assertEquals(40, time.seconds().orElseThrow(), 1e-9);
  }

  private void stepped(double... seconds) {
    for (double at : seconds) {
      time.stepped((long) (1e9 * at));
    }
  }
}
