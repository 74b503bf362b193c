package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WaitingTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SHORT_WAIT = MILLI / 100;
  private static final long LONG_WAIT = 3 * MILLI;
  private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);

  @Test
  void shouldSpinWhileAlmostAllWaitsAreShort() {
    Waiting.Spin spin = new Waiting.Spin(1, 0);
    for (long now = 0; now < 1000 * MILLI; now += MILLI) {
      assertEquals(Waiting.Spin.LONGEST_NANOS, spin.nanos(now));
      spin.waited(now, now % (50 * MILLI) == 0 ? LONG_WAIT / 2 : SHORT_WAIT);
    }
  }

  /** Every other wait is for a rank without a core. */
  @Test
  void shouldSpinOnlyForTrialsWhileItDoesNotPay() {
    Waiting.Spin spin = new Waiting.Spin(1, 0);
    long spinning = 0;
    long end = 5_000 * MILLI;
    for (long now = 0; now < end; now += LONG_WAIT) {
      spinning += spin.nanos(now) > 0 ? LONG_WAIT : 0;
      spin.waited(now + LONG_WAIT / 2, LONG_WAIT / 2);
      spin.waited(now + LONG_WAIT, SHORT_WAIT);
    }
    assertTrue(spinning > 0 && spinning < end / 10, "spinning for " + spinning / MILLI + " ms");
  }

  @Test
  void shouldSpinAgainWhenItPaysAgain() {
    Waiting.Spin spin = new Waiting.Spin(1, 0);
    long now = 0;
    for (; now < 1000 * MILLI; now += LONG_WAIT) {
      spin.waited(now + LONG_WAIT, LONG_WAIT);
    }
    now += Waiting.Spin.LONGEST_PAUSE_NANOS;
    for (long end = now + 1000 * MILLI; now < end; now += MILLI) {
      assertEquals(Waiting.Spin.LONGEST_NANOS, spin.nanos(now));
      spin.waited(now, SHORT_WAIT);
    }
  }

  @Test
  void shouldNotSpinIfHostsShareCores() {
    int cores = Runtime.getRuntime().availableProcessors();
    assertEquals(0, new Waiting.Spin(cores + 1, 0).nanos(0));
  }

  @Test
  void shouldBlockUntilTheExchangeIsComplete() throws Exception {
    Waiting waiting = new Waiting();
    Thread completing =
        new Thread(
            () -> {
              pause(20);
              waiting.complete(1);
              pause(20);
              waiting.complete(2);
            });
    completing.start();
    Waiting.Spin spin = new Waiting.Spin(1);
    assertTrue(waiting.await(2, spin, LIMIT, () -> {}));
    assertTrue(waiting.isComplete(2));
    assertFalse(waiting.isComplete(3));
    completing.join();
  }

  @Test
  void shouldStopWaitingAtItsLimit() throws Exception {
    Waiting waiting = new Waiting();
    assertFalse(waiting.await(1, new Waiting.Spin(1), LONG_WAIT, () -> {}));
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
