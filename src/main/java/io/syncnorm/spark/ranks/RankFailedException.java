package io.syncnorm.spark.ranks;

import java.util.Locale;

/** Thrown when the ranks cannot continue. The message is that of the first cause, on any rank. */
public final class RankFailedException extends RuntimeException {
  /** The kind of failure, for schedulers. */
  public enum Reason {
    /** A rank was lost or did not respond. */
    LOST,
    DIVERGED,
    OUT_OF_MEMORY,
    OTHER
  }

  private final Reason reason;

  RankFailedException(RankFailure failure) {
    super(
        failure.kind() == RankFailure.Kind.OTHER && failure.rank() >= 0
            ? String.format(Locale.ROOT, "rank %d failed: %s", failure.rank(), failure.message())
            : failure.message(),
        failure.stack().isEmpty() ? null : new RemoteStack(failure.stack()));
    this.reason =
        switch (failure.kind()) {
          case DIVERGED -> Reason.DIVERGED;
          case OUT_OF_MEMORY -> Reason.OUT_OF_MEMORY;
          case OTHER -> Reason.OTHER;
          case LOST, CONSEQUENCE, TIMED_OUT -> Reason.LOST;
        };
  }

  public Reason reason() {
    return reason;
  }

  /** The rank's own stack trace, as text. */
  private static final class RemoteStack extends RuntimeException {
    RemoteStack(String stack) {
      super("on the rank:\n" + stack, null, false, false);
    }
  }
}
