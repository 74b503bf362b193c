package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.wire.Redial.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What follows when an attempt to connect has failed. */
class RedialTest {
  private static final long SECOND = 1_000_000_000;
  private static final long START = Long.MAX_VALUE - SECOND; // the clock overflows meanwhile
  private static final long END = afterStart(60);

  private final IOException refused = new ConnectException("Connection refused");
  private final IOException closed = new IOException("closed");
  private final Redial redial =
      new Redial(
          new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1), new SplittableRandom(1)),
          START,
          END);

  private static long afterStart(int seconds) {
    return START + seconds * SECOND;
  }

  @Test
  void shouldNotTryAgainWhatCannotSucceed() throws IOException {
    redial.after(Kind.BROKEN, closed, START);
    IOException wrongSecret = new HandshakeException("wrong secret");
    assertSame(
        wrongSecret,
        assertThrows(
            IOException.class, () -> redial.after(Kind.FINAL, wrongSecret, START + SECOND)));
  }

  @Test
  void shouldTryBrokenConnectionsAgainUntilTheDeadline() throws IOException {
    long now = START;
    int attempts = 0;
    while (now - END < 0) {
      long next = redial.after(Kind.BROKEN, closed, now);
      assertTrue(next - now >= 0 && next - now <= SECOND, "pause=" + (next - now));
      assertTrue(next - END <= 0, "after the deadline");
      now = next + 1; // an attempt takes time, too
      attempts++;
    }
    assertTrue(attempts > 60, "attempts=" + attempts); // at most a second each, half on average
    long end = now;
    IOException last = new IOException("no answer");
    IOException failure =
        assertThrows(IOException.class, () -> redial.after(Kind.BROKEN, last, end));
    assertEquals(
        "closed (attempts=" + (attempts + 1) + " in 60000 ms, the last: no answer)",
        failure.getMessage());
    assertSame(closed, failure.getCause());
    assertSame(last, failure.getSuppressed()[0]);
  }

  @Test
  void shouldTryRefusedConnectionsAgainForAWhile() throws IOException {
    long now = START;
    long patience = Redial.REFUSAL_PATIENCE.toNanos();
    int attempts = 0;
    while (now - (START + patience) < 0) {
      now = redial.after(Kind.REFUSED, refused, now);
      attempts++;
    }
    assertEquals(START + patience, now);
    assertTrue(attempts > 2, "attempts=" + attempts);
    long end = now;
    assertEquals(
        "Connection refused (attempts=" + (attempts + 1) + " in 1000 ms)",
        assertThrows(IOException.class, () -> redial.after(Kind.REFUSED, refused, end))
            .getMessage());
  }

  @Test
  void shouldBePatientAgainAfterAnAnswer() throws IOException {
    long patience = Redial.REFUSAL_PATIENCE.toNanos();
    redial.after(Kind.REFUSED, refused, START);
    redial.after(Kind.BROKEN, closed, START + patience);
    redial.after(Kind.REFUSED, refused, START + 2 * patience);
    redial.after(Kind.REFUSED, refused, START + 3 * patience - 1);
    IOException failure =
        assertThrows(
            IOException.class, () -> redial.after(Kind.REFUSED, refused, START + 3 * patience));
    assertEquals("Connection refused (attempts=5 in 3000 ms)", failure.getMessage());
  }

  @Test
  void shouldDescribeAFailureWithoutAMessage() {
    assertEquals(
        "java.io.IOException (attempts=1 in 60000 ms)",
        assertThrows(IOException.class, () -> redial.after(Kind.BROKEN, new IOException(), END))
            .getMessage());
  }
}
