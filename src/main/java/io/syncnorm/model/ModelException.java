package io.syncnorm.model;

import java.io.EOFException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/**
 * A model file that cannot be used: it is missing, truncated, or holds a network that does not fit.
 */
public final class ModelException extends RuntimeException {
  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Returns the exception for a file that cannot be read as a network's zip. */
  public static ModelException unreadable(Path zip, Exception cause) {
    return new ModelException(
        "cannot read %s as a DL4J MultiLayerNetwork zip: %s".formatted(zip, summary(cause)), cause);
  }

  /** Returns the message of a cause on one line, without sentences that contain links. */
  public static String summary(Throwable cause) {
    if (cause instanceof AccessDeniedException) { // its message is only the path
      return "no permission to read it";
    }
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof EOFException) { // it has no message
        return "it ends too early: copy it again";
      }
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.replaceAll("[^.;!?]*https?://\\S*", "").replaceAll("\\s+", " ").strip();
  }
}
