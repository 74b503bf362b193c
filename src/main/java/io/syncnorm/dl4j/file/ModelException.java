package io.syncnorm.dl4j.file;

import java.nio.file.AccessDeniedException;

/**
 * A model file that cannot be used: it is missing, truncated, or holds a network that does not fit.
 */
public final class ModelException extends RuntimeException {
  public ModelException(String message) {
    super(message);
  }

  ModelException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Returns the message of a cause on one line, without sentences that contain links. */
  static String summary(Throwable cause) {
    if (cause instanceof AccessDeniedException) { // its message is only the path
      return "no permission to read it";
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.replaceAll("[^.;!?]*https?://\\S*", "").replaceAll("\\s+", " ").strip();
  }
}
