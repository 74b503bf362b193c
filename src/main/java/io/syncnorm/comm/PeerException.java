package io.syncnorm.comm;

/** An exchange that the world could not complete. The message says which rank, where and why. */
public final class PeerException extends RuntimeException {
  private final boolean isTimeout;

  public PeerException(String message) {
    this(message, null);
  }

  public PeerException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private PeerException(String message, Throwable cause, boolean isTimeout) {
    super(message, cause);
    this.isTimeout = isTimeout;
  }

  /** The failure of a wait for a rank that did not answer within the deadline. */
  static PeerException timeout(String message) {
    return new PeerException(message, null, true);
  }

  /** Whether the rank that failed has waited for another one until its deadline. */
  public boolean isTimeout() {
    return isTimeout;
  }
}
