package io.syncnorm.comm.fold;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldTreeTest {
  private static final int MOST_RANKS = 300;

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0",
    "0, 2, (0 1)",
    "0, 3, (0 (1 2))",
    "0, 4, ((0 1) (2 3))",
    "0, 5, ((0 1) (2 (3 4)))",
    "0, 6, ((0 (1 2)) (3 (4 5)))",
    "7, 10, (7 (8 9))"
  })
  void shouldHalveTheRangeOfRanks(int first, int end, String expected) {
    assertEquals(expected, text(FoldTree.over(first, end)));
  }

  @Test
  void shouldGiveEveryChildARankAndEveryRankALeaf() {
    for (int ranks = 1; ranks <= MOST_RANKS; ranks++) {
      List<FoldTree> nodes = nodes(FoldTree.over(5, 5 + ranks));
      assertEquals(2 * ranks - 1, nodes.size());
      assertEquals(ranks, nodes.stream().filter(node -> node.size() == 1).count());
      for (FoldTree node : nodes) {
        assertTrue(node.size() >= 1, node + " of " + ranks);
        if (node instanceof FoldTree.Inner inner) {
          assertEquals(inner.left().end(), inner.right().first());
          assertTrue(Math.abs(inner.left().size() - inner.right().size()) <= 1, node::toString);
        }
      }
    }
  }

  /** Blocks of ranks are dealt by {@code floor(h * W / H)}, the rule of the tree. */
  @Test
  void shouldHaveANodeForEachBlockOfAPowerOfTwo() {
    for (int ranks = 1; ranks <= MOST_RANKS; ranks++) {
      Set<List<Integer>> nodes =
          nodes(FoldTree.over(0, ranks)).stream()
              .map(node -> List.of(node.first(), node.end()))
              .collect(toSet());
      for (int blocks = 1; blocks <= ranks; blocks *= 2) {
        for (int block = 0; block < blocks; block++) {
          List<Integer> range = List.of(block * ranks / blocks, (block + 1) * ranks / blocks);
          assertTrue(nodes.contains(range), range + " of " + ranks);
        }
      }
    }
  }

  @Test
  void shouldFindTheMaximalNodesOfASet() {
    Random random = new Random(18);
    for (int ranks = 1; ranks <= 40; ranks++) {
      FoldTree tree = FoldTree.over(3, 3 + ranks);
      for (int density = 1; density <= 10; density++) {
        BitSet set = new BitSet();
        for (int rank = 3; rank < 3 + ranks; rank++) {
          set.set(rank, random.nextInt(10) < density);
        }
        assertEquals(maximalByBruteForce(tree, set), tree.maximal(set::get), tree + " " + set);
      }
    }
  }

  /** Nodes within the set whose parent is not. */
  private static List<FoldTree> maximalByBruteForce(FoldTree tree, BitSet set) {
    List<FoldTree> within = new ArrayList<>(nodes(tree));
    within.removeIf(node -> set.nextClearBit(node.first()) < node.end());
    List<FoldTree> children = new ArrayList<>();
    for (FoldTree node : within) {
      if (node instanceof FoldTree.Inner inner) {
        children.add(inner.left());
        children.add(inner.right());
      }
    }
    within.removeAll(children);
    return within;
  }

  @Test
  void shouldFoldChildrenBeforeParents() {
    FoldTree tree = FoldTree.over(0, 5);
    assertEquals(
        List.of(new Fold(0, 1), new Fold(3, 4), new Fold(2, 3), new Fold(0, 2)),
        tree.folds(node -> false));
    assertEquals(List.of(new Fold(0, 1), new Fold(0, 2)), tree.folds(node -> node.first() == 2));
    assertEquals(List.of(), tree.folds(node -> true));
  }

  @Test
  void shouldRejectATreeWithoutRanks() {
    assertEquals(
        "a tree needs at least one rank: first=4 end=4",
        assertThrows(IllegalArgumentException.class, () -> FoldTree.over(4, 4)).getMessage());
  }

  private static String text(FoldTree tree) {
    return tree instanceof FoldTree.Inner inner
        ? "(" + text(inner.left()) + " " + text(inner.right()) + ")"
        : tree.toString();
  }

  /** All nodes, parents first. */
  private static List<FoldTree> nodes(FoldTree tree) {
    List<FoldTree> nodes = new ArrayList<>(List.of(tree));
    if (tree instanceof FoldTree.Inner inner) {
      nodes.addAll(nodes(inner.left()));
      nodes.addAll(nodes(inner.right()));
    }
    return nodes;
  }
}
