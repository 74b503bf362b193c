package io.syncnorm.comm;

import io.syncnorm.comm.fold.LinkCost;
import java.util.Arrays;

/**
 * Measures what messages between processes cost. Each process exchanges messages with its
 * neighbour, all pairs at once, as in a round of a fold.
 */
final class LinkProbe {
  private static final int SMALL_BYTES = 1 << 10;
  private static final int LARGE_BYTES = 1 << 16;
  private static final int MANY = 8;
  private static final int WARM_UP = 8;
  private static final int REPEATS = 16;

  private final Transport transport;
  private final Limit limit;
  private final Messages out = new Messages();
  private final Messages in = new Messages();

  LinkProbe(Transport transport, Limit limit) {
    this.transport = transport;
    this.limit = limit;
  }

  /**
   * Returns latency, overhead and seconds per byte, as in {@link LinkCost}.
   *
   * @param neighbour that measures at the same time
   */
  double[] measure(long tag, int neighbour) {
    double one = seconds(tag, neighbour, 1, SMALL_BYTES);
    double many = seconds(tag, neighbour, MANY, SMALL_BYTES);
    double large = seconds(tag, neighbour, 1, LARGE_BYTES);
    double perByte = Math.max(0, (large - one) / (LARGE_BYTES - SMALL_BYTES));
    double perMessage = Math.max(0, (many - one) / (MANY - 1));
    return new double[] {
      Math.max(0, one - perMessage), Math.max(0, perMessage - SMALL_BYTES * perByte), perByte
    };
  }

  /** Of two measurements the costlier in each respect. */
  static void max(double[] into, double[] other) {
    for (int i = 0; i < into.length; i++) {
      into[i] = Math.max(into[i], other[i]);
    }
  }

  /** What a measurement says. */
  static LinkCost cost(double[] measured) {
    return new LinkCost(measured[0], measured[1], 1 / measured[2]); // infinite if nothing showed
  }

  /** Median of several exchanges. */
  private double seconds(long tag, int neighbour, int messages, int bytes) {
    double[] seconds = new double[REPEATS];
    for (int i = -WARM_UP; i < REPEATS; i++) {
      out.clear();
      in.clear();
      for (int message = 0; message < messages; message++) {
        out.add(neighbour, bytes);
        in.add(neighbour, bytes);
      }
      long start = System.nanoTime();
      transport.round(tag, out, in, limit);
      seconds[Math.max(0, i)] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[REPEATS / 2];
  }
}
