package io.syncnorm.dl4j.file;

import java.nio.file.AccessDeniedException;

/** A model file cannot be used: missing, torn, or not of a network that fits. */
public final class ModelException extends RuntimeException {
  public ModelException(String message) {
    super(message);
  }

  ModelException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What was thrown below, on one line and without the sentences that send to its makers. */
  static String words(Throwable cause) {
    if (cause instanceof AccessDeniedException) { // says the path alone
      return "no permission to read it";
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.replaceAll("[^.;!?]*https?://\\S*", "").replaceAll("\\s+", " ").strip();
  }
}
