package io.syncnorm.dl4j;

/** A model file cannot be used: missing, torn, or not of a network that fits. */
public final class ModelException extends RuntimeException {
  public ModelException(String message) {
    super(message);
  }

  ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
