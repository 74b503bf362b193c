package io.syncnorm.model;

/**
 * Signals that an operation needs a library that this build does not have, or that cannot be loaded
 * on this machine.
 */
public final class MissingLibraryException extends RuntimeException {
  public MissingLibraryException(String message) {
    super(message);
  }
}
