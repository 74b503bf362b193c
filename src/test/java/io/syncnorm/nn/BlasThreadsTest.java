package io.syncnorm.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncnorm.Lifeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that the BLAS can be set to one thread while other threads load native libraries, as Spark
 * and Java's fonts do. JavaCPP looks up the functions of libraries in an order of locks that
 * deadlocks with the C library's.
 */
@Timeout(60)
class BlasThreadsTest {
  private static final int LIBRARIES = 1_000;

  @TempDir private Path folder;

  @Test
  void shouldBeSetWhileOtherThreadsLoadLibraries() throws Exception {
    assumeTrue(Blas.instance().isNative() && Blas.platform().startsWith("linux"));
    Process process =
        new ProcessBuilder(Lifeline.java(List.of(), Loading.class, List.of(folder.toString())))
            .redirectError(folder.resolve("err").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it hangs");
      assertEquals(0, process.exitValue(), Files.readString(folder.resolve("err")));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Loads copies of a small library while another thread sets the threads of the BLAS. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] args) throws Exception {
      Blas blas = Blas.instance();
      Thread setting =
          new Thread(
              () -> {
                while (true) {
                  blas.useOneThread();
                }
              });
      setting.setDaemon(true);
      setting.start();
      Path library = Path.of(Loader.getLoadedLibraries().get("jnijavacpp"));
      for (int i = 0; i < LIBRARIES; i++) {
        Path copy = Path.of(args[0], i + ".so"); // a library is loaded once for each name
        Files.copy(library, copy);
        Loader.loadGlobal(copy.toString());
        Files.delete(copy);
      }
    }
  }
}
