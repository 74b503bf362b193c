package io.syncnorm.dl4j.layer;

import io.syncnorm.model.MissingLibraryException;
import io.syncnorm.nn.Blas;
import java.util.Optional;

/**
 * Access to ND4J's native library, which DL4J's layers need and which may be missing on a machine.
 */
public final class Nd4jLibrary {
  private static final String CLASS = "org.nd4j.linalg.factory.Nd4j";

  /**
   * Why the library cannot be loaded; determined once, because Java reports the cause only the
   * first time.
   */
  private static final Optional<String> PROBLEM = load();

  private Nd4jLibrary() {}

  public static boolean isPresent() {
    return PROBLEM.isEmpty();
  }

  /**
   * Requires the library.
   *
   * @param purpose what it is needed for, such as "train a DL4J network"
   * @throws MissingLibraryException if the library cannot be loaded
   */
  public static void require(String purpose) {
    if (!isPresent()) {
      throw missing(purpose);
    }
  }

  /** Returns the exception for a missing library. */
  public static MissingLibraryException missing(String purpose) {
    return new MissingLibraryException(
        "cannot %s on this machine: ND4J's native library cannot be loaded: platform=%s, %s; use a job jar built for this platform (-Djavacpp.platform), and a javacpp cache on a file system that is not mounted noexec (-Dorg.bytedeco.javacpp.cachedir); networks that the configuration describes (model.dl4j = none) need no native library"
            .formatted(purpose, Blas.platform(), PROBLEM.orElse("")));
  }

  private static Optional<String> load() {
    try {
      Class.forName(CLASS);
      // Loading ND4J sets OpenBLAS to one thread per core.
      Blas.instance().useOneThread();
      return Optional.empty();
    } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
      return Optional.of(Blas.firstCause(e));
    }
  }
}
