package io.syncnorm.train.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Tests the time of steps in the fastest second, with the times when steps end in seconds. */
class StepTimeTest {
  private final StepTime time = new StepTime();

  @Test
  void shouldBeThatOfTheFastestSecond() {
    stepped(100, 100.3, 100.6, 101.2); // three steps in 1.2 s
    stepped(101.3, 101.4, 101.5, 102.2); // four in 1 s
    stepped(109.9);
    assertEquals(OptionalDouble.empty(), time.seconds(), "the JVM may still be compiling");
    stepped(110.4, 111);
    assertEquals(0.25, time.seconds().orElseThrow(), 1e-9);
    stepped(111.1, 111.2, 111.3, 111.4, 112); // five in 1 s
    assertEquals(0.2, time.seconds().orElseThrow(), 1e-9);
    stepped(112.6, 113.2); // two in 1.2 s
    assertEquals(0.2, time.seconds().orElseThrow(), 1e-9);
  }

  @Test
  void shouldTimeLongSteps() {
    stepped(0);
    assertEquals(OptionalDouble.empty(), time.seconds());
    stepped(60, 100);
    assertEquals(40, time.seconds().orElseThrow(), 1e-9);
  }

  private void stepped(double... seconds) {
    for (double at : seconds) {
      time.stepped((long) (1e9 * at));
    }
  }
}
