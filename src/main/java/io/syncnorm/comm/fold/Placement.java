package io.syncnorm.comm.fold;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which process each rank of a world lives in. */
public final class Placement {
  private final int[] processOfRank;

  /** For each rank the first one above it that lives in another process. */
  private final int[] runEnd;

  /**
   * @param processOfRank for each rank the index of its process, from 0
   * @throws IllegalArgumentException if an index is negative
   */
  public Placement(int... processOfRank) {
    this.processOfRank = processOfRank.clone();
    this.runEnd = new int[processOfRank.length];
    for (int rank = processOfRank.length - 1; rank >= 0; rank--) {
      if (processOfRank[rank] < 0) {
        throw new IllegalArgumentException(
            "a process has an index from 0: " + Arrays.toString(processOfRank));
      }
      boolean continues =
          rank + 1 < processOfRank.length && processOfRank[rank] == processOfRank[rank + 1];
      runEnd[rank] = continues ? runEnd[rank + 1] : rank + 1;
    }
  }

  /** Whether all ranks of a node live in one process, which can compute its value alone. */
  boolean inOneProcess(FoldTree node) {
    return runEnd[node.first()] >= node.end();
  }

  /** The largest nodes below a node whose ranks all live in a process, ascending. */
  List<FoldTree> parts(FoldTree node, int process) {
    return node.maximal(rank -> processOfRank[rank] == process);
  }

  /** The processes of a node's ranks, ascending, each with its number of them. */
  Map<Integer, Integer> ranksByProcess(FoldTree node) {
    Map<Integer, Integer> counts = new TreeMap<>();
    node.ranks().forEach(rank -> counts.merge(processOfRank[rank], 1, Integer::sum));
    return counts;
  }

  /** Number of ranks. */
  public int world() {
    return processOfRank.length;
  }

  @Override
  public String toString() {
    return "processes of ranks " + Arrays.toString(processOfRank);
  }
}
