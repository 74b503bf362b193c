package io.syncnorm.comm;

import io.syncnorm.Lifeline;
import io.syncnorm.comm.TestWorld.Layout;
import java.util.Arrays;
import java.util.Locale;

/** Measures what encryption costs: plain and encrypted exchanges and merges, in turns. */
public final class EncryptionBenchmark {
  private static final int TURNS = 3;
  private static final Layout PLAIN = Layout.of(0, 1);

  @FunctionalInterface
  private interface Measurement {
    /** Returns nanoseconds, ascending. */
    long[] of(Layout layout) throws Exception;
  }

  private EncryptionBenchmark() {}

  /** Prints medians and their ratio. */
  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    print("exchange of 1 KB", ExchangeBenchmark::exchange);
    print("merge", ExchangeBenchmark::merge);
    System.exit(0);
  }

  private static void print(String what, Measurement measurement) throws Exception {
    double[] plain = new double[TURNS];
    double[] encrypted = new double[TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
      plain[turn] = medianMicros(measurement.of(PLAIN));
      encrypted[turn] = medianMicros(measurement.of(PLAIN.encrypted()));
      System.out.printf(
          Locale.ROOT,
          "%s between two processes, p50: plain %.1f us, encrypted %.1f us, ratio %.2f%n",
          what,
          plain[turn],
          encrypted[turn],
          encrypted[turn] / plain[turn]);
    }
    Arrays.sort(plain);
    Arrays.sort(encrypted);
    System.out.printf(
        Locale.ROOT,
        "%s, medians of %d turns: plain %.1f us, encrypted %.1f us, ratio %.2f%n",
        what,
        TURNS,
        plain[TURNS / 2],
        encrypted[TURNS / 2],
        encrypted[TURNS / 2] / plain[TURNS / 2]);
  }

  private static double medianMicros(long[] nanos) {
    return 1e-3 * nanos[nanos.length / 2];
  }
}
