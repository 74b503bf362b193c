package io.syncnorm.nn;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_full;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.slf4j.LoggerFactory;

/**
 * Matrix products over row-major {@code float[]}, by the fastest BLAS that this JVM can load.
 *
 * <p>netlib is configured to use OpenBLAS as its native library; if that fails, netlib's Java
 * implementations are used. Ranks provide the parallelism, so the BLAS itself runs on one thread.
 *
 * <p>BLAS is column-major. A row-major {@code [rows, columns]} matrix is the column-major
 * transpose, so each product below is passed with its factors swapped.
 */
public final class Blas {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Blas.class);
  private static final String LIBRARY_PATH_PROPERTY = "dev.ludovic.netlib.blas.nativeLibPath";

  /**
   * Java's message when a class whose initialization failed is used again; it quotes the first
   * cause.
   */
  private static final Pattern AGAIN =
      Pattern.compile("^Exception [\\w.$]+: (.*) \\[in thread .*]$");

  /**
   * A strong reference: java.util.logging loses the level of a logger that is garbage collected.
   */
  private static final Logger NETLIB_LOG =
      Logger.getLogger("dev.ludovic.netlib.blas.InstanceBuilder");

  private static final Blas INSTANCE = load();

  private final BLAS blas;

  /** The reason why there is no native library; empty if there is one. */
  private final String failure;

  private Blas(BLAS blas, String failure) {
    this.blas = blas;
    this.failure = failure;
  }

  /** The BLAS of this JVM. */
  public static Blas instance() {
    return INSTANCE;
  }

  /**
   * Name, version and kernel, for logs and records, for example {@code OpenBLAS 0.3.31 SkylakeX}.
   */
  public String description() {
    return isNative()
        ? OpenBlas.DESCRIPTION
        : blas.getClass().getSimpleName() + " (no OpenBLAS: " + failure + ")";
  }

  /** Whether a native library is in use; if not, expect a step to take 5 to 40 times longer. */
  public boolean isNative() {
    return failure.isEmpty();
  }

  /**
   * Resets the native library to one thread: ND4J sets one per core when it loads.
   *
   * <p>Call it after anything that may have loaded ND4J in a JVM that trains.
   */
  public void useOneThread() {
    if (isNative()) {
      OpenBlasThreads.SETTER.call(1);
    }
  }

  /** {@code y[rows, out] = x[rows, in] * w[in, out]}, with x and w at offsets of flat vectors. */
  public void multiply(
      float[] x, int xOffset, float[] w, int wOffset, float[] y, int rows, int in, int out) {
    multiply(x, xOffset, w, wOffset, y, 0, rows, in, out);
  }

  /** {@code y[rows, out] = x[rows, in] * w[in, out]}, all at offsets. */
  public void multiply(
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] y,
      int yOffset,
      int rows,
      int in,
      int out) {
    blas.sgemm("N", "N", out, rows, in, 1f, w, wOffset, out, x, xOffset, in, 0f, y, yOffset, out);
  }

  /** {@code dw[in, out] = x[rows, in]^T * dy[rows, out]}, with x and dw at offsets. */
  public void multiplyTransposedLeft(
      float[] x, int xOffset, float[] dy, float[] dw, int dwOffset, int rows, int in, int out) {
    multiplyTransposedLeft(x, xOffset, dy, 0, 0f, dw, dwOffset, rows, in, out);
  }

  /** {@code dw[in, out] = x[rows, in]^T * dy[rows, out] + beta * dw}, all at offsets. */
  public void multiplyTransposedLeft(
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float beta,
      float[] dw,
      int dwOffset,
      int rows,
      int in,
      int out) {
    blas.sgemm(
        "N", "T", out, in, rows, 1f, dy, dyOffset, out, x, xOffset, in, beta, dw, dwOffset, out);
  }

  /** {@code dx[rows, in] = dy[rows, out] * w[in, out]^T}, with w at {@code wOffset}. */
  public void multiplyTransposedRight(
      float[] dy, float[] w, int wOffset, float[] dx, int rows, int in, int out) {
    multiplyTransposedRight(dy, 0, w, wOffset, dx, rows, in, out);
  }

  /** {@code dx[rows, in] = dy[rows, out] * w[in, out]^T}, with dy and w at offsets. */
  public void multiplyTransposedRight(
      float[] dy, int dyOffset, float[] w, int wOffset, float[] dx, int rows, int in, int out) {
    blas.sgemm("T", "N", in, rows, out, 1f, w, wOffset, out, dy, dyOffset, out, 0f, dx, 0, in);
  }

  /**
   * Measures single-threaded sgemm at the shape of the main job's largest product.
   *
   * @return GFLOP/s of the fastest of several repetitions
   */
  public double measureGigaflops() {
    int rows = 128;
    int in = 784;
    int out = 128;
    float[] x = new float[rows * in];
    float[] w = new float[in * out];
    float[] y = new float[rows * out];
    double best = 0;
    for (int repetition = 0; repetition < 20; repetition++) {
      int products = isNative() ? 20 : 1;
      long start = System.nanoTime();
      for (int i = 0; i < products; i++) {
        multiply(x, 0, w, 0, y, rows, in, out);
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      best = Math.max(best, 2e-9 * rows * in * out * products / seconds);
    }
    return best;
  }

  private static Blas load() {
    // netlib warns of each implementation that it cannot load; we report the one in use, once.
    NETLIB_LOG.setLevel(Level.OFF);
    try {
      Loader.load(openblas_nolapack.class);
      String library = Loader.getLoadedLibraries().get("openblas_nolapack@.0");
      if (library == null) {
        throw new UnsatisfiedLinkError("openblas_nolapack is not among the loaded libraries");
      }
      // Among the global symbols its functions are found at once, without a search.
      Loader.loadGlobal(library);
      System.setProperty(LIBRARY_PATH_PROPERTY, library);
      Blas blas = new Blas(NativeBLAS.getInstance(), "");
      blas.useOneThread();
      return blas;
    } catch (LinkageError | RuntimeException e) {
      String cause = firstCause(e);
      LOG.warn(
          "no native BLAS, using plain Java, which is 5 to 40 times slower: platform={}, {}; use a"
              + " jar built for this platform (-Djavacpp.platform), and set a cache folder for"
              + " javacpp that allows execution (-Dorg.bytedeco.javacpp.cachedir)",
          platform(),
          cause);
      return new Blas(JavaBLAS.getInstance(), cause);
    }
  }

  /** The platform of the native libraries, for example {@code linux-x86_64}. */
  public static String platform() {
    return Loader.getPlatform();
  }

  /**
   * The reason why a native library cannot be loaded, in one line: the message of the root cause.
   */
  public static String firstCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return AGAIN.matcher(message.lines().findFirst().orElse("")).replaceFirst("$1");
  }

  /**
   * The library's function that sets the number of threads. JavaCPP's own method for it searches
   * all libraries for the functions of other vendors, and calls {@code dlopen} from {@code
   * dl_iterate_phdr}: that deadlocks with any thread that is loading a library.
   */
  private static final class OpenBlasThreads
      extends org.bytedeco.openblas.presets.openblas_nolapack.SetNumThreads {
    private static final long serialVersionUID = 1L;

    static final OpenBlasThreads SETTER = new OpenBlasThreads();

    private OpenBlasThreads() {
      Pointer function = Loader.addressof("openblas_set_num_threads");
      if (function == null) {
        throw new UnsatisfiedLinkError(
            "openblas_set_num_threads is in none of the loaded libraries");
      }
      put(function);
    }
  }

  /**
   * The description that OpenBLAS gives of itself. Only its binding with LAPACK provides it, a
   * second library of 24 MB, so it is loaded on request and not on every executor.
   */
  private static final class OpenBlas {
    static final String DESCRIPTION = describe();

    private static String describe() {
      try {
        String version = openblas_full.openblas_get_config().getString();
        return version.replaceAll("^(OpenBLAS \\S+).*", "$1 ")
            + openblas_full.openblas_get_corename().getString();
      } catch (LinkageError | RuntimeException e) {
        return openblas_nolapack.OPENBLAS_VERSION.strip() + " (unknown kernel: " + e + ")";
      }
    }
  }
}
