package io.syncnorm.checkpoint;

/** Thrown when a file belongs to another run, so it must be neither used nor overwritten. */
public final class AnotherRunException extends RuntimeException {
  /**
   * @param file its address
   * @param what the property in which the two runs differ
   */
  public AnotherRunException(
      String file, String what, Object expected, Object found, String remedy) {
    super(
        "%s belongs to another run: expected %s=%s, found %s; %s"
            .formatted(file, what, expected, found, remedy));
  }
}
