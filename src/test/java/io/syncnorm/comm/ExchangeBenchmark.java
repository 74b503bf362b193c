package io.syncnorm.comm;

import io.syncnorm.Lifeline;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Measures a small exchange and a merge, between threads and over loopback connections. */
public final class ExchangeBenchmark {

  /** Takes longer than the pauses in which ranks do not spin after a slow start. */
  private static final int WARM_UP = 400_000;

  private static final int EXCHANGES = 20_000;
  private static final int MERGES = 200;
  private static final int KILOBYTE_OF_DOUBLES = 128;
  private static final int PARAMETERS = 110_000;

  private ExchangeBenchmark() {}

  /** Prints an exchange only; it blocks if this JVM is limited to one core. */
  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    exchange(
        Waiting.Spin.isAllowed(2) ? "two processes, sockets" : "two processes, blocking",
        Layout.of(0, 1));
    System.exit(0);
  }

  /** Prints exchanges and merges. */
  public static void print() throws Exception {
    exchange("two ranks of one process", Layout.of(0, 0));
    exchange("two processes, sockets", Layout.of(0, 1));
    exchange("eight ranks on two hosts", Layout.of(0, 0, 0, 0, 0, 0, 0, 0).hosts(4, 4));
    merge("four ranks of one process", Layout.of(0, 0, 0, 0));
    merge("four processes, sockets", Layout.of(0, 1, 2, 3));
  }

  private static void exchange(String name, Layout layout) throws Exception {
    long[] nanos = exchange(layout);
    System.out.printf(
        Locale.ROOT,
        "exchange of 1 KB, %-28s p50 %6.1f us, p99 %6.1f us%n",
        name,
        1e-3 * nanos[nanos.length / 2],
        1e-3 * nanos[nanos.length * 99 / 100]);
  }

  /** Returns the nanoseconds of exchanges of 1 KB, ascending. */
  static long[] exchange(Layout layout) throws Exception {
    return run(
        layout,
        communicator -> {
          double[] values = new double[KILOBYTE_OF_DOUBLES];
          long[] times = new long[EXCHANGES];
          for (int i = -WARM_UP; i < EXCHANGES; i++) {
            long start = System.nanoTime();
            communicator.allReduce(
                Tag.of(1, i + WARM_UP, 0, Kind.FORWARD), values, (into, other) -> {});
            if (i >= 0) {
              times[i] = System.nanoTime() - start;
            }
          }
          return times;
        });
  }

  private static void merge(String name, Layout layout) throws Exception {
    long[] nanos = merge(layout);
    System.out.printf(
        Locale.ROOT,
        "merge of %d parameters, %-22s p50 %6.2f ms%n",
        PARAMETERS,
        name,
        1e-6 * nanos[nanos.length / 2]);
  }

  /** Returns the nanoseconds of merges of {@link #PARAMETERS} parameters, ascending. */
  static long[] merge(Layout layout) throws Exception {
    return run(
        layout,
        communicator -> {
          List<float[]> model = List.of(new float[PARAMETERS]);
          long[] times = new long[MERGES];
          for (int i = -MERGES; i < MERGES; i++) {
            long start = System.nanoTime();
            communicator.weightedMean(Tag.of(1, i + MERGES, 0, Kind.AVERAGING), model, 1);
            if (i >= 0) {
              times[i] = System.nanoTime() - start;
            }
          }
          return times;
        });
  }

  private static long[] run(Layout layout, TestWorld.RankBody<long[]> body) throws Exception {
    try (TestWorld world = new TestWorld(layout, Duration.ofSeconds(60))) {
      long[] nanos = world.run(body).get(0);
      Arrays.sort(nanos);
      return nanos;
    }
  }
}
