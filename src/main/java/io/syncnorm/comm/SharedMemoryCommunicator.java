package io.syncnorm.comm;

import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** One local rank of a {@link SharedMemoryWorld}. */
final class SharedMemoryCommunicator implements Communicator {
  /** Doubles that a rank sums at a time: small enough for the first-level cache. */
  private static final int BLOCK = 1024;

  /** Maximum number of elements averaged at a time: 16 MB. */
  private static final int MAX_WINDOW = 1 << 22;

  /**
   * Maximum number of elements a process sends or receives at a time, for all its ranks together:
   * 256 MB.
   */
  private static final int MAX_BUFFER = 1 << 26;

  private final SharedMemoryWorld world;
  private final int rank;
  private final int window;
  private final double[] sums = new double[BLOCK];
  private final float[] means = new float[BLOCK];
  private final double[] shares;
  private final RankGroup all;
  private final Waiting.Spin spin;
  private long exchange;
  private long waitNanos;
  private long exchangeNanos;

  SharedMemoryCommunicator(SharedMemoryWorld world, int rank) {
    this.world = world;
    this.rank = rank;
    this.window = Math.max(1, Math.min(MAX_WINDOW, MAX_BUFFER / world.size()));
    this.shares = new double[world.size()];
    this.all = RankGroup.all(world.size());
    this.spin = world.spin();
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int world() {
    return world.size();
  }

  @Override
  public int hosts() {
    return world.hosts();
  }

  @Override
  public void allReduce(long tag, double[] values, BiConsumer<double[], double[]> fold) {
    allReduce(tag, values, all, fold);
  }

  @Override
  public void allReduce(
      long tag, double[] values, RankGroup group, BiConsumer<double[], double[]> fold) {
    long start = runningNanos();
    if (group.equals(all)) {
      gather(tag, values, List.of(), () -> foldForAll(values, fold));
      System.arraycopy(world.result(exchange).values, 0, values, 0, values.length);
    } else {
      gather(tag, values, List.of(), () -> {});
      fold(values, group, fold);
    }
    exchangeNanos += runningNanos() - start;
  }

  private void foldForAll(double[] values, BiConsumer<double[], double[]> fold) {
    fold(values, all, fold);
    double[] result = world.result(exchange).ofLength(values.length);
    System.arraycopy(values, 0, result, 0, values.length);
  }

  private void fold(double[] values, RankGroup group, BiConsumer<double[], double[]> fold) {
    System.arraycopy(world.message(group.first(), exchange).values, 0, values, 0, values.length);
    for (int other = group.first() + 1; other < group.end(); other++) {
      fold.accept(values, world.message(other, exchange).values);
    }
  }

  /**
   * Averages window by window. Each process owns one segment of a window, and each of its ranks a
   * part of that segment: the rank reads this part from all ranks and writes the mean back to the
   * ranks of its process. No other rank accesses the part meanwhile.
   */
  @Override
  public double weightedMean(long tag, List<float[]> vectors, double weight) {
    long start = runningNanos();
    gather(tag, new double[] {weight}, vectors, () -> {});
    final long gathered = exchange;
    double total = 0;
    for (int other = 0; other < world.size(); other++) {
      total += world.message(other, gathered).values[0];
    }
    if (!(total > 0)) { // the same on every rank
      exchangeNanos += runningNanos() - start;
      return total;
    }
    for (int other = 0; other < world.size(); other++) {
      shares[other] = world.message(other, gathered).values[0] / total;
    }
    long length = VectorSpan.length(vectors);
    for (long at = 0; at < length; at += window) {
      average(tag, gathered, vectors, new Bridge.Window(at, (int) Math.min(window, length - at)));
    }
    exchangeNanos += runningNanos() - start;
    return total;
  }

  private void average(long tag, long gathered, List<float[]> vectors, Bridge.Window part) {
    Optional<Bridge> bridge = world.bridge();
    bridge.ifPresent(others -> arrive(tag, () -> others.reduceScatter(world, gathered, tag, part)));
    int length = part.length();
    long from = part.start() + bridge.map(others -> others.segmentStart(length)).orElse(0);
    long end = part.start() + bridge.map(others -> others.segmentEnd(length)).orElse(length);
    long segment = end - from;
    int[] local = world.localRanks();
    int position = Arrays.binarySearch(local, rank);
    long first = from + segment * position / local.length;
    long last = from + segment * (position + 1) / local.length;
    for (long at = first; at < last; at += BLOCK) {
      VectorSpan.parts(
          vectors,
          at,
          Math.min(at + BLOCK, last),
          (vector, index, offset, count) ->
              averagePart(gathered, vector, index, (int) (offset - from), count));
    }
    arrive(tag, () -> bridge.ifPresent(others -> others.allGather(world, gathered, tag, part)));
  }

  @Override
  public void awaitLoaded(Duration timeout) {
    gather(Tag.LOADED, new double[0], List.of(), world.loadingLimit(timeout), () -> {});
  }

  @Override
  public void abort(Throwable cause) {
    world.abort(rank, cause);
  }

  @Override
  public long runningNanos() {
    return System.nanoTime() - world.slot(rank).turnNanos;
  }

  @Override
  public ExchangeTimes times() {
    return new ExchangeTimes(waitNanos, exchangeNanos);
  }

  @Override
  public void close() {
    world.leave(rank);
  }

  private void gather(long tag, double[] values, List<float[]> vectors, Runnable folding) {
    gather(tag, values, vectors, world.exchangeLimit(), folding);
  }

  /**
   * Sends this rank's message to all ranks, and receives theirs.
   *
   * @param folding run when all messages have arrived, by one rank of this process
   */
  private void gather(
      long tag, double[] values, List<float[]> vectors, Limit limit, Runnable folding) {
    Slots.Message own = nextMessage(tag);
    System.arraycopy(values, 0, own.ofLength(values.length), 0, values.length);
    own.vectors = vectors;
    arrive(
        tag,
        limit,
        () -> {
          world.bridge().ifPresent(others -> others.gather(world, exchange, tag, limit));
          folding.run();
        });
  }

  /**
   * Waits for the other ranks of this process; the last one runs an action for all of them first.
   */
  private void arrive(long tag, Runnable completing) {
    nextMessage(tag).length = 0;
    arrive(tag, world.exchangeLimit(), completing);
  }

  private void arrive(long tag, Limit limit, Runnable completing) {
    long start = runningNanos();
    world.arrive(rank, exchange, tag, limit, spin, completing);
    waitNanos += runningNanos() - start;
  }

  private Slots.Message nextMessage(long tag) {
    exchange++;
    Slots.Message message = world.message(rank, exchange);
    message.tag = tag;
    return message;
  }

  /**
   * @param gathered number of the exchange that holds the vectors
   * @param vector index of the vector
   * @param at where the part begins in it
   * @param segmentAt where the part begins in this process' segment
   */
  private void averagePart(long gathered, int vector, int at, int segmentAt, int length) {
    int[] local = world.localRanks();
    int nextLocal = 0;
    boolean isFirst = true;
    for (int other = 0; other < world.size(); other++) {
      boolean isLocal = nextLocal < local.length && local[nextLocal] == other;
      nextLocal += isLocal ? 1 : 0;
      if (shares[other] > 0) {
        float[] values =
            isLocal
                ? vectorsOf(other, gathered).get(vector)
                : world.bridge().orElseThrow().remoteSegment(other);
        int from = isLocal ? at : segmentAt;
        if (isFirst) {
          set(shares[other], values, from, length);
        } else {
          add(shares[other], values, from, length);
        }
        isFirst = false;
      }
    }
    for (int i = 0; i < length; i++) {
      means[i] = (float) sums[i];
    }
    for (int other : local) {
      System.arraycopy(means, 0, vectorsOf(other, gathered).get(vector), at, length);
    }
  }

  private List<float[]> vectorsOf(int other, long gathered) {
    return world.message(other, gathered).vectors;
  }

  private void set(double share, float[] values, int at, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] = share * values[at + i];
    }
  }

  private void add(double share, float[] values, int at, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += share * values[at + i];
    }
  }
}
