package io.syncnorm.comm;

import java.util.List;
import java.util.function.BiConsumer;

/** One rank of a {@link SharedMemoryWorld}. */
final class SharedMemoryCommunicator implements Communicator {
  /** Doubles that a rank sums up at a time: small enough to stay in its first-level cache. */
  private static final int BLOCK = 1024;

  private final SharedMemoryWorld world;
  private final int rank;
  private final double[] sums = new double[BLOCK];
  private long exchange;
  private long waitNanos;
  private long exchangeNanos;

  SharedMemoryCommunicator(SharedMemoryWorld world, int rank) {
    this.world = world;
    this.rank = rank;
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
  public void allReduce(long tag, double[] values, BiConsumer<double[], double[]> fold) {
    long start = System.nanoTime();
    SharedMemoryWorld.Message own = nextMessage(tag);
    if (own.values.length != values.length) {
      own.values = new double[values.length];
    }
    System.arraycopy(values, 0, own.values, 0, values.length);
    own.length = values.length;
    meet(tag);
    System.arraycopy(world.message(0, exchange).values, 0, values, 0, values.length);
    for (int other = 1; other < world.size(); other++) {
      fold.accept(values, world.message(other, exchange).values);
    }
    exchangeNanos += System.nanoTime() - start;
  }

  /**
   * Each rank owns one segment of every vector: it reads the segment from all ranks and writes the
   * mean back to all of them. Nobody else touches that segment between the two meetings.
   */
  @Override
  public void weightedMean(long tag, List<float[]> vectors, double weight) {
    long start = System.nanoTime();
    SharedMemoryWorld.Message own = nextMessage(tag);
    own.vectors = vectors;
    own.weight = weight;
    own.length = vectors.stream().mapToInt(vector -> vector.length).sum();
    meet(tag);
    double total = 0;
    for (int other = 0; other < world.size(); other++) {
      total += world.message(other, exchange).weight;
    }
    if (!(total > 0)) {
      throw new IllegalArgumentException(
          "the weights of a mean must not all be zero: at %s".formatted(Tag.describe(tag)));
    }
    for (int vector = 0; vector < vectors.size(); vector++) {
      long length = vectors.get(vector).length;
      int from = (int) (length * rank / world.size());
      int to = (int) (length * (rank + 1) / world.size());
      for (int at = from; at < to; at += BLOCK) {
        averageBlock(vector, at, Math.min(BLOCK, to - at), total);
      }
    }
    SharedMemoryWorld.Message done = nextMessage(tag);
    done.length = 0;
    meet(tag);
    exchangeNanos += System.nanoTime() - start;
  }

  @Override
  public void abort(Throwable cause) {
    world.abort(rank, cause);
  }

  @Override
  public Times times() {
    return new Times(waitNanos, exchangeNanos);
  }

  @Override
  public void close() {
    world.leave(rank);
  }

  private SharedMemoryWorld.Message nextMessage(long tag) {
    exchange++;
    SharedMemoryWorld.Message message = world.message(rank, exchange);
    message.tag = tag;
    return message;
  }

  private void meet(long tag) {
    long start = System.nanoTime();
    world.publish(rank, exchange);
    world.awaitAll(rank, exchange, tag);
    waitNanos += System.nanoTime() - start;
  }

  private void averageBlock(int vector, int at, int length, double totalWeight) {
    java.util.Arrays.fill(sums, 0, length, 0.0);
    for (int other = 0; other < world.size(); other++) {
      SharedMemoryWorld.Message message = world.message(other, exchange);
      double share = message.weight / totalWeight;
      if (share > 0) {
        float[] values = message.vectors.get(vector);
        for (int i = 0; i < length; i++) {
          sums[i] += share * values[at + i];
        }
      }
    }
    for (int other = 0; other < world.size(); other++) {
      float[] values = world.message(other, exchange).vectors.get(vector);
      for (int i = 0; i < length; i++) {
        values[at + i] = (float) sums[i];
      }
    }
  }
}
