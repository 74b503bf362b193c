package io.syncnorm.dl4j.fused;

/**
 * Signals that the fused engine cannot train a network, or train on its data. The message is the
 * reason.
 */
public final class NotFusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NotFusedException(String reason) {
    super(reason);
  }
}
