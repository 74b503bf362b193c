package io.syncnorm.comm;

import io.syncnorm.comm.fold.FoldTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Adds up the weighted vectors of the ranks of a node whose ranks all live in this process, in
 * double and in the order of the tree, a block at a time so that partial sums stay in the
 * first-level cache. A rank of weight 0 adds the neutral element of addition, which is -0.
 */
final class VectorFold {
  /** The largest number of elements of a block. */
  static final int BLOCK = 1024;

  private final Slots slots;

  /** Partial sums, one block for each level of the tree. */
  private final List<double[]> partial = new ArrayList<>();

  VectorFold(Slots slots) {
    this.slots = slots;
  }

  /**
   * Adds up a block.
   *
   * @param total weight of all ranks
   * @param vector index of the vector
   * @param at where the block begins in it
   * @param length at most {@link #BLOCK}
   * @param offset where the sums begin in {@code sums}
   */
  void sum(FoldTree node, double total, int vector, int at, int length, double[] sums, int offset) {
    sum(node, new Source(total, vector, at, length), sums, offset, 0);
  }

  private record Source(double total, int vector, int at, int length) {}

  private void sum(FoldTree node, Source source, double[] sums, int offset, int level) {
    if (node instanceof FoldTree.Inner inner) {
      sum(inner.left(), source, sums, offset, level);
      add(inner.right(), source, sums, offset, level);
    } else {
      set(node.first(), source, sums, offset);
    }
  }

  private void add(FoldTree node, Source source, double[] sums, int offset, int level) {
    if (node instanceof FoldTree.Leaf leaf) {
      add(leaf.rank(), source, sums, offset);
      return;
    }
    if (level == partial.size()) {
      partial.add(new double[BLOCK]);
    }
    double[] other = partial.get(level);
    sum(node, source, other, 0, level + 1);
    for (int i = 0; i < source.length(); i++) {
      sums[offset + i] += other[i];
    }
  }

  private void set(int rank, Source source, double[] sums, int offset) {
    double share = share(rank, source);
    if (share == 0) {
      Arrays.fill(sums, offset, offset + source.length(), -0.0);
      return;
    }
    float[] values = slots.of(rank).vectors.get(source.vector());
    int at = source.at();
    for (int i = 0; i < source.length(); i++) {
      sums[offset + i] = share * values[at + i];
    }
  }

  private void add(int rank, Source source, double[] sums, int offset) {
    double share = share(rank, source);
    if (share == 0) {
      return;
    }
    float[] values = slots.of(rank).vectors.get(source.vector());
    int at = source.at();
    for (int i = 0; i < source.length(); i++) {
      sums[offset + i] += share * values[at + i];
    }
  }

  private double share(int rank, Source source) {
    return slots.of(rank).weight / source.total();
  }
}
