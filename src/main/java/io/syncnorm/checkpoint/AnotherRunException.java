package io.syncnorm.checkpoint;

/** What stands there, or was named, is not this run's: it must be neither used nor overwritten. */
public final class AnotherRunException extends RuntimeException {
  /**
   * @param file its address
   * @param what by which the two are told apart
   */
  public AnotherRunException(
      String file, String what, Object expected, Object found, String remedy) {
    super(
        "%s is of another run: expected %s=%s, found %s; %s"
            .formatted(file, what, expected, found, remedy));
  }
}
