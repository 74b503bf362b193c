package io.syncnorm.comm;

import io.syncnorm.comm.fold.LinkCost;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * Measures what messages between processes cost. Each process exchanges messages with its
 * neighbour, all pairs at once, as in a round of a fold: both send before they receive, so a round
 * takes half of a round trip.
 */
public final class LinkProbe {
  private static final int SMALL_BYTES = 1 << 10;
  private static final int MANY = 8;
  private static final byte MORE = 0;
  private static final byte ENOUGH = 1;

  /** The compiler and the connection need so long to reach their speed. */
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long MEASURED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /**
   * How much is measured of each kind of round.
   *
   * @param largeBytes of a large message
   */
  record Effort(Rounds warmUp, Rounds measured, int largeBytes) {
    /** Takes milliseconds, at the start of a training. */
    static final Effort QUICK = new Effort(new Rounds(8, 0), new Rounds(16, 0), 1 << 16);

    /** Takes some seconds. A large message is as long as those of a merge. */
    static final Effort THOROUGH =
        new Effort(new Rounds(8, WARM_UP_NANOS), new Rounds(16, MEASURED_NANOS), 1 << 22);
  }

  /**
   * Rounds in sequence.
   *
   * @param fewest how many at least
   * @param nanos how long at least
   */
  record Rounds(int fewest, long nanos) {
    boolean areEnough(int count, long passedNanos) {
      return count >= fewest && passedNanos >= nanos;
    }
  }

  private final Transport transport;
  private final Limit limit;
  private final Effort effort;
  private final LongSupplier nanoTime;
  private final Messages out = new Messages();
  private final Messages in = new Messages();

  LinkProbe(Transport transport, Limit limit) {
    this(transport, limit, Effort.QUICK, System::nanoTime);
  }

  LinkProbe(Transport transport, Limit limit, Effort effort, LongSupplier nanoTime) {
    this.transport = transport;
    this.limit = limit;
    this.effort = effort;
    this.nanoTime = nanoTime;
  }

  /**
   * Measures the connection between the ranks of a world of two, more exactly than the choice of a
   * schedule needs. Both make this call, after {@link Communicator#awaitLoaded}.
   *
   * @return what messages cost, in each respect as measured by the rank for which they cost more;
   *     empty if both ranks live in one process
   * @throws PeerException if the other rank is late or lost
   */
  public static Optional<LinkCost> measure(Membership membership) {
    Communicator communicator = membership.communicator();
    if (communicator.world() != 2) {
      throw new IllegalArgumentException(
          "a connection has two ends: expected world=2, found world=" + communicator.world());
    }
    return membership
        .transport()
        .map(
            transport ->
                new LinkProbe(
                    transport, membership.exchangeLimit(), Effort.THOROUGH, System::nanoTime))
        .map(
            probe -> {
              double[] measured = probe.measure(Tag.LOADED, 1 - communicator.rank());
              communicator.allReduce(Tag.LOADED, measured, LinkProbe::max);
              return cost(measured);
            });
  }

  /**
   * Returns latency, overhead and seconds per byte, as in {@link LinkCost}.
   *
   * @param neighbour that measures at the same time
   */
  double[] measure(long tag, int neighbour) {
    double one = seconds(tag, neighbour, 1, SMALL_BYTES);
    double many = seconds(tag, neighbour, MANY, SMALL_BYTES);
    double large = seconds(tag, neighbour, 1, effort.largeBytes());
    double perByte = Math.max(0, (large - one) / (effort.largeBytes() - SMALL_BYTES));
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

  /** Median of several rounds. */
  private double seconds(long tag, int neighbour, int messages, int bytes) {
    rounds(effort.warmUp(), tag, neighbour, messages, bytes);
    long[] nanos = rounds(effort.measured(), tag, neighbour, messages, bytes);
    Arrays.sort(nanos);
    return 1e-9 * nanos[nanos.length / 2];
  }

  /**
   * Exchanges messages until they are enough for one of both sides, which tells the other in its
   * message; returns how long each round took.
   */
  private long[] rounds(Rounds rounds, long tag, int neighbour, int messages, int bytes) {
    LongStream.Builder nanos = LongStream.builder();
    long start = nanoTime.getAsLong();
    long last = start;
    boolean isEnough = false;
    for (int count = 1; !isEnough; count++) {
      out.clear();
      in.clear();
      for (int message = 0; message < messages; message++) {
        out.add(neighbour, bytes);
        in.add(neighbour, bytes);
      }
      boolean isEnoughHere = rounds.areEnough(count, last - start);
      out.bytes(0).put(0, isEnoughHere ? ENOUGH : MORE);
      transport.round(tag, out, in, limit, Communicator.NOTHING);
      isEnough = isEnoughHere || in.bytes(0).get(0) == ENOUGH;
      long now = nanoTime.getAsLong();
      nanos.add(now - last);
      last = now;
    }
    return nanos.build().toArray();
  }
}
