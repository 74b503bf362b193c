package io.syncnorm.comm;

/** An exchange that the world could not complete. The message says which rank, where and why. */
public final class PeerException extends RuntimeException {
  public PeerException(String message) {
    super(message);
  }

  public PeerException(String message, Throwable cause) {
    super(message, cause);
  }
}
