package io.syncnorm.comm;

import io.syncnorm.comm.fold.FoldTree;
import io.syncnorm.comm.fold.Schedule;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * One rank's part in weighted means of vectors. Each rank of a process adds up a slice of the
 * vectors of all of them. No other rank accesses the slice meanwhile.
 */
final class Averaging {
  /** Where the ranks of a process wait for each other. */
  @FunctionalInterface
  interface Meeting {
    /**
     * @param completing run by the last rank for all of them
     */
    void arrive(long tag, Runnable completing);
  }

  private final SharedMemoryWorld world;
  private final Meeting meeting;
  private final VectorFold fold;
  private final double[] sums = new double[VectorFold.BLOCK];
  private final float[] means = new float[VectorFold.BLOCK];
  private final FoldTree tree;

  /** Ranks of this process, and this one's index among them. */
  private final int[] ranks;

  private final int index;

  Averaging(SharedMemoryWorld world, int rank, Meeting meeting) {
    this.world = world;
    this.meeting = meeting;
    this.fold = new VectorFold(world.slots());
    this.tree = FoldTree.over(0, world.size());
    this.ranks = world.localRanks();
    this.index = Arrays.binarySearch(ranks, rank);
  }

  /**
   * Replaces this rank's vectors by the mean of those that all ranks have put into their slots.
   *
   * @param total weight of all ranks, above 0
   */
  void average(long tag, List<float[]> vectors, double total) {
    if (ranks.length == world.size()) {
      averageHere(tag, vectors, total);
      return;
    }
    long length = VectorSpan.length(vectors);
    for (long at = 0; at < length; at += Schedule.CHUNK) {
      int count = (int) Math.min(Schedule.CHUNK, length - at);
      average(tag, vectors, total, at, count);
    }
  }

  /** All ranks live in this process: each writes the means of its slice into all vectors. */
  private void averageHere(long tag, List<float[]> vectors, double total) {
    long length = VectorSpan.length(vectors);
    forEachBlock(
        vectors,
        length * index / ranks.length,
        length * (index + 1) / ranks.length,
        (vector, at, position, count) -> {
          fold.sum(tree, total, vector, at, count, sums, 0);
          for (int i = 0; i < count; i++) {
            means[i] = (float) sums[i];
          }
          for (int rank : ranks) {
            System.arraycopy(means, 0, world.slots().of(rank).vectors.get(vector), at, count);
          }
        });
    meeting.arrive(tag, () -> {});
  }

  /**
   * Averages a chunk.
   *
   * @param start of the chunk
   */
  private void average(long tag, List<float[]> vectors, double total, long start, int length) {
    VectorExchange exchange = world.vectorExchange();
    long from = start + (long) length * index / ranks.length;
    long end = start + (long) length * (index + 1) / ranks.length;
    for (FoldTree node : exchange.localNodes()) {
      if (node instanceof FoldTree.Leaf leaf) {
        VectorSpan.put(
            world.slots().of(leaf.rank()).vectors,
            from,
            end,
            slice(exchange.floatsOf(node), from - start, end - start));
      } else {
        double[] into = exchange.sumsOf(node);
        forEachBlock(
            vectors,
            from,
            end,
            (vector, at, position, count) ->
                fold.sum(node, total, vector, at, count, into, (int) (position - start)));
      }
    }
    meeting.arrive(tag, () -> exchange.run(tag, length, total, world.exchangeLimit()));
    VectorSpan.get(slice(exchange.means(), 0, length), vectors, start, start + length);
  }

  private static FloatBuffer slice(float[] values, long from, long end) {
    return FloatBuffer.wrap(values, (int) from, (int) (end - from));
  }

  private static void forEachBlock(
      List<float[]> vectors, long from, long end, VectorSpan.Part block) {
    for (long at = from; at < end; at += VectorFold.BLOCK) {
      VectorSpan.parts(vectors, at, Math.min(at + VectorFold.BLOCK, end), block);
    }
  }
}
