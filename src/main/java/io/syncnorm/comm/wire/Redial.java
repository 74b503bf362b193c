package io.syncnorm.comm.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/**
 * Decides what follows when an attempt to connect has failed: when to try again, or why not to. It
 * has no clock: times are nanoseconds of the caller's.
 */
final class Redial {
  /** How an attempt failed. */
  enum Kind {
    /** Another attempt would fail, too: the other side does not know the run's secret. */
    FINAL,

    /**
     * The other machine said no. A member gives its port to others while it listens there, so it
     * has ended, or, on some systems, its queue is full for a moment.
     */
    REFUSED,

    /**
     * The connection was closed before its handshake was complete, or was not answered: the
     * listener has too many connections, is busy, or is not scheduled.
     */
    BROKEN
  }

  /** How long refusals are tried again. A queue is full for milliseconds. */
  static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(1);

  private final Backoff backoff;
  private final long start;
  private final long end;
  private int attempts;
  private IOException first;

  /** End of patience with the refusals since the last other failure. */
  private long refusalEnd;

  private boolean isRefused;

  /**
   * @param start when the first attempt begins
   * @param end when there must be a connection
   */
  Redial(Backoff backoff, long start, long end) {
    this.backoff = backoff;
    this.start = start;
    this.end = end;
  }

  /**
   * Returns when to try again.
   *
   * @throws IOException the failure, if it is final; otherwise the first one, if the time is up
   */
  long after(Kind kind, IOException failure, long now) throws IOException {
    attempts++;
    if (kind == Kind.FINAL) {
      throw failure;
    }
    if (first == null) {
      first = failure;
    }
    if (kind == Kind.REFUSED && !isRefused) {
      refusalEnd = now + REFUSAL_PATIENCE.toNanos();
    }
    isRefused = kind == Kind.REFUSED;
    long last = isRefused ? earlier(refusalEnd, end) : end;
    if (now - last >= 0) {
      throw givenUp(failure, now);
    }
    return earlier(now + backoff.nextNanos(), last);
  }

  private static long earlier(long one, long other) {
    return one - other < 0 ? one : other;
  }

  private static String describe(IOException failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private IOException givenUp(IOException last, long now) {
    String message =
        String.format(
            Locale.ROOT,
            "%s (attempts=%d in %d ms%s)",
            describe(first),
            attempts,
            (now - start) / 1_000_000,
            describe(last).equals(describe(first)) ? "" : ", the last: " + describe(last));
    IOException failure = new IOException(message, first);
    if (last != first) {
      failure.addSuppressed(last);
    }
    return failure;
  }
}
