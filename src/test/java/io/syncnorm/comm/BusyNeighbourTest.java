package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two ranks on a machine where other work leaves one core free, and its share of the others. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BusyNeighbourTest {
  private static final int EXCHANGES = 2_000;
  private static final int ATTEMPTS = 5;

  /**
   * If both ranks run one after the other on the free core, they take twice as long. Ranks that
   * always spin take three times as long, because they keep the cores from each other.
   */
  private static final double LARGEST_RATIO = 2.6;

  /** Written so that the arithmetic is not optimized away. */
  volatile double result;

  private volatile boolean isBusy;

  @Test
  void shouldNotWasteTheCoresThatABusyNeighbourLeaves() throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    assumeTrue(cores > 1, "ranks that share one core do not spin");
    epoch(); // compiles
    List<Double> ratios = new ArrayList<>();
    while (ratios.size() < ATTEMPTS) {
      double quiet = epoch();
      double busy = epochBeside(cores - 1);
      ratios.add(busy / quiet);
      if (busy < LARGEST_RATIO * quiet) {
        return;
      }
    }
    fail(String.format(Locale.ROOT, "busy over quiet: %s", ratios));
  }

  private double epochBeside(int neighbours) throws Exception {
    List<Thread> threads = new ArrayList<>();
    isBusy = true;
    for (int i = 0; i < neighbours; i++) {
      Thread thread =
          new Thread(
              () -> {
                while (isBusy) {
                  compute(1_000);
                }
              });
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    try {
      return epoch();
    } finally {
      isBusy = false;
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  /** Seconds of so many exchanges, with some 50 microseconds of arithmetic before each. */
  private double epoch() throws Exception {
    return TestWorld.run(
            Layout.of(0, 0),
            Duration.ofSeconds(60),
            communicator -> {
              double[] values = new double[128];
              communicator.awaitLoaded(Duration.ofSeconds(60));
              long start = System.nanoTime();
              for (int i = 0; i < EXCHANGES; i++) {
                compute(20_000);
                communicator.allReduce(Tag.of(1, i, 0, Kind.FORWARD), values, Communicator.SUM);
              }
              return 1e-9 * (System.nanoTime() - start);
            })
        .get(0);
  }

  private void compute(int operations) {
    double x = 1;
    for (int i = 0; i < operations; i++) {
      x = x * 1.0000001 + 1e-9;
    }
    result = x;
  }
}
