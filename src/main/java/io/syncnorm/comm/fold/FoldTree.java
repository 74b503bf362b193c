package io.syncnorm.comm.fold;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The order in which the values of consecutive ranks are folded. A leaf's value is the rank's own;
 * an inner node's is {@code fold(left, right)}.
 *
 * <pre>
 *            [0, 5)
 *           /      \
 *      [0, 2)      [2, 5)
 *      /    \      /    \
 *     0      1    2    [3, 5)
 *                      /    \
 *                     3      4
 * </pre>
 *
 * <p>Node {@code i} of level {@code k} over {@code n} ranks from {@code f} holds the ranks {@code
 * [f + floor(i*n / 2^k), f + floor((i+1)*n / 2^k))}, and its children are nodes {@code 2i} and
 * {@code 2i+1} of the next level. Nothing but {@code f} and {@code n} determines the tree, so a
 * result does not depend on where ranks live.
 */
public sealed interface FoldTree {
  /** A single rank. */
  record Leaf(int rank) implements FoldTree {
    @Override
    public int first() {
      return rank;
    }

    @Override
    public int end() {
      return rank + 1;
    }

    @Override
    public String toString() {
      return Integer.toString(rank);
    }
  }

  /** Two or more ranks. */
  record Inner(FoldTree left, FoldTree right) implements FoldTree {
    @Override
    public int first() {
      return left.first();
    }

    @Override
    public int end() {
      return right.end();
    }

    /** Makes this node's value of those of its children. */
    Fold fold() {
      return new Fold(left.first(), right.first());
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "[%d, %d)", first(), end());
    }
  }

  /**
   * The tree over the ranks from {@code first} to {@code end}.
   *
   * @throws IllegalArgumentException if there is no rank
   */
  static FoldTree over(int first, int end) {
    if (first < 0 || end <= first) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a tree needs at least one rank: first=%d end=%d", first, end));
    }
    return node(first, end - first, 0, 0);
  }

  /**
   * No child is empty: on a level of {@code n / 2^k >= 1} every node has a rank, and on one below
   * that every node has at most one, so both children of a node of two have exactly one.
   */
  private static FoldTree node(int first, int ranks, int level, int index) {
    int start = (int) (((long) index * ranks) >> level);
    int end = (int) (((index + 1L) * ranks) >> level);
    if (end - start == 1) {
      return new Leaf(first + start);
    }
    return new Inner(
        node(first, ranks, level + 1, 2 * index), node(first, ranks, level + 1, 2 * index + 1));
  }

  /** The lowest rank. The node's value is in this rank's slot. */
  int first();

  /** One above the highest rank. */
  int end();

  /** Number of ranks. */
  default int size() {
    return end() - first();
  }

  /** The ranks, ascending. */
  default IntStream ranks() {
    return IntStream.range(first(), end());
  }

  /**
   * The fewest nodes of this tree that together hold exactly the ranks of a set, ascending: each is
   * as large as the set allows.
   *
   * @param set whether a rank is in it
   */
  default List<FoldTree> maximal(IntPredicate set) {
    List<FoldTree> nodes = new ArrayList<>();
    addMaximal(this, set, nodes);
    return List.copyOf(nodes);
  }

  private static void addMaximal(FoldTree node, IntPredicate set, List<FoldTree> nodes) {
    if (node.ranks().allMatch(set)) {
      nodes.add(node);
    } else if (node instanceof Inner inner) {
      addMaximal(inner.left(), set, nodes);
      addMaximal(inner.right(), set, nodes);
    }
  }

  /**
   * The folds that make this node's value of known ones, children before parents.
   *
   * @param known whether a node's value is known; leaves are known anyway
   */
  default List<Fold> folds(Predicate<FoldTree> known) {
    List<Fold> folds = new ArrayList<>();
    addFolds(this, known, folds);
    return List.copyOf(folds);
  }

  private static void addFolds(FoldTree node, Predicate<FoldTree> known, List<Fold> folds) {
    if (node instanceof Inner inner && !known.test(inner)) {
      addFolds(inner.left(), known, folds);
      addFolds(inner.right(), known, folds);
      folds.add(inner.fold());
    }
  }
}
