package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimersTest {
  private final Timers<String> timers = new Timers<>();

  @Test
  void shouldGiveWhatIsDueInOrder() {
    timers.set("late", 30);
    timers.set("early", 10);
    timers.set("also early", 10);
    assertEquals(Optional.empty(), timers.poll(9));
    assertEquals(Optional.of("early"), timers.poll(10));
    assertEquals(Optional.of("also early"), timers.poll(29));
    assertEquals(Optional.empty(), timers.poll(29));
    assertEquals(Optional.of("late"), timers.poll(100));
    assertEquals(Optional.empty(), timers.poll(100));
  }

  @Test
  void shouldKeepOneTimeForEach() {
    timers.set("a", 10);
    timers.set("b", 20);
    timers.set("a", 30);
    assertEquals(2, timers.size());
    assertEquals(Optional.of("b"), timers.poll(29));
    assertEquals(Optional.empty(), timers.poll(29));
    assertTrue(timers.cancel("a"));
    assertFalse(timers.cancel("a"));
    assertEquals(Optional.empty(), timers.pollFirst());
  }

  @Test
  void shouldSayHowLongToWait() {
    assertEquals(50, timers.nanosLeft(0, 50));
    timers.set("a", 100);
    assertEquals(50, timers.nanosLeft(0, 50));
    assertEquals(30, timers.nanosLeft(70, 50));
    assertEquals(0, timers.nanosLeft(170, 50));
  }

  /** System.nanoTime may begin anywhere. */
  @Test
  void shouldWorkWhileTheClockOverflows() {
    timers.set("after", Long.MIN_VALUE + 5);
    timers.set("before", Long.MAX_VALUE);
    assertEquals(5, timers.nanosLeft(Long.MAX_VALUE - 5, 100));
    assertEquals(Optional.empty(), timers.poll(Long.MAX_VALUE - 1));
    assertEquals(Optional.of("before"), timers.poll(Long.MAX_VALUE));
    assertEquals(Optional.empty(), timers.poll(Long.MAX_VALUE));
    assertEquals(Optional.of("after"), timers.poll(Long.MIN_VALUE + 6));
  }
}
