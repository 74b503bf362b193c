package io.syncnorm.experiment;

import java.nio.file.Path;

/** What stands in the run directory is not this run's: it must be neither used nor overwritten. */
public final class AnotherRunException extends RuntimeException {
  /**
   * @param what by which the two are told apart
   */
  AnotherRunException(Path file, String what, Object expected, Object found, String remedy) {
    super(
        "%s is of another run: expected %s=%s, found %s; %s, or name another --out"
            .formatted(file, what, expected, found, remedy));
  }
}
