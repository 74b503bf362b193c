package io.syncnorm.dl4j.layer;

import io.syncnorm.nn.Blas;
import java.util.Optional;

/** ND4J, whose native library DL4J's layers compute with and not every machine has. */
public final class Nd4jLibrary {
  private static final String CLASS = "org.nd4j.linalg.factory.Nd4j";

  /** Why it cannot be loaded; asked once, because Java says the cause only the first time. */
  private static final Optional<String> PROBLEM = load();

  private Nd4jLibrary() {}

  public static boolean isPresent() {
    return PROBLEM.isEmpty();
  }

  /**
   * @param purpose what it is needed for: "train ..."
   * @throws MissingLibraryException if it is not here
   */
  public static void require(String purpose) {
    if (!isPresent()) {
      throw missing(purpose);
    }
  }

  /** What to say where it is missing. */
  public static MissingLibraryException missing(String purpose) {
    return new MissingLibraryException(
        "cannot %s on this machine: ND4J's native library cannot be loaded: platform=%s, %s; use a job jar built for this platform (-Djavacpp.platform), and give javacpp a folder whose files may be executed (-Dorg.bytedeco.javacpp.cachedir); networks that the configuration describes (model.dl4j = none) need no native library"
            .formatted(purpose, Blas.platform(), PROBLEM.orElse("")));
  }

  private static Optional<String> load() {
    try {
      Class.forName(CLASS);
      // Loading it gives the JVM's OpenBLAS one thread per core.
      Blas.instance().useOneThread();
      return Optional.empty();
    } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
      return Optional.of(Blas.firstCause(e));
    }
  }
}
