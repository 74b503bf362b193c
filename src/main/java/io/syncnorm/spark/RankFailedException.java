package io.syncnorm.spark;

/** A rank could not go on; the cause is the first thing that went wrong on any rank. */
public final class RankFailedException extends RuntimeException {
  RankFailedException(int rank, Throwable cause) {
    super("rank %d failed: %s".formatted(rank, cause.getMessage()), cause);
  }
}
