package io.syncnorm.dl4j.layer;

/** Signals that an operation needs a native library that cannot be loaded on this machine. */
public final class MissingLibraryException extends RuntimeException {
  MissingLibraryException(String message) {
    super(message);
  }
}
