package io.syncnorm.dl4j;

/** The fused engine cannot train a network, or on this data; the message says why. */
final class NotFusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotFusedException(String reason) {
    super(reason);
  }
}
