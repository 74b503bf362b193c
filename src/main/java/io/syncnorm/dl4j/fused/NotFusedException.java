package io.syncnorm.dl4j.fused;

/** The fused engine cannot train a network, or on this data; the message says why. */
public final class NotFusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NotFusedException(String reason) {
    super(reason);
  }
}
