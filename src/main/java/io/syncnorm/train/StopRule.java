package io.syncnorm.train;

/**
 * Says after which epoch training ends early. Every rank asks its own copy, and all must say the
 * same: losses, accuracies and counts are equal on all ranks, bit by bit, times are not.
 */
@FunctionalInterface
public interface StopRule {
  /** Trains all epochs that are configured. */
  StopRule NEVER = result -> false;

  /** Called once for each epoch, in their order. */
  boolean isLast(EpochResult result);
}
