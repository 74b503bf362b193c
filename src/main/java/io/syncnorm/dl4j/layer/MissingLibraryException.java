package io.syncnorm.dl4j.layer;

/** What was asked for needs a native library that this machine does not have. */
public final class MissingLibraryException extends RuntimeException {
  MissingLibraryException(String message) {
    super(message);
  }
}
