package io.syncnorm.comm.fold;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Sums travel along the tree. With P processes and {@code 2^k} the largest power of two up to P,
 * the <i>base nodes</i> are those of level k, and each has a process that owns it:
 *
 * <pre>
 * collect   1 round   the owner of a base node gets the sums of its ranks that live elsewhere
 * swap      k rounds  in round j the owners of base nodes v and v xor 2^j swap their values, and
 *                     both then have that of node floor(v / 2^(j+1)) of level k-j-1
 * return    1 round   a process that owns no base node gets the result from one that does
 * </pre>
 *
 * <p>The first is left out if every base node lives in its owner, the last if P is a power of two.
 * Each message of the k rounds is one value, for any P and any blocks of ranks.
 *
 * <p>Long vectors are halved in the k rounds: in round j both owners keep one half of what they had
 * and send the other one, so that each ends with the result of one segment. In k more rounds, in
 * opposite order, the segments join.
 */
final class TreeSchedule extends Schedule {
  /** The nodes of each level, from the root to the base nodes. */
  private final List<List<FoldTree>> levels;

  private final List<FoldTree> baseNodes;

  /** For each base node the processes of its ranks, with their number. */
  private final List<Map<Integer, Integer>> ranksByProcess;

  /** For each base node the process that owns it. */
  private final List<Integer> owners = new ArrayList<>();

  /** For each process that owns no base node, the node whose owner sends it the result. */
  private final Map<Integer, Integer> sources = new TreeMap<>();

  /** Whether each base node lives in its owner. */
  private final boolean aligned;

  TreeSchedule(FoldTree tree, Placement placement) {
    super(tree, placement);
    this.levels = levels(tree, processes().size());
    this.baseNodes = levels.get(levels.size() - 1);
    this.ranksByProcess = baseNodes.stream().map(placement::ranksByProcess).toList();
    SortedSet<Integer> free = new TreeSet<>(processes());
    SortedSet<Integer> nodes = new TreeSet<>(baseIndices().boxed().toList());
    for (int node : nodes) {
      owners.add(takeBest(free, ranksByProcess.get(node)));
    }
    for (int process : free) {
      sources.put(process, takeBest(nodes, ranksByNode(process)));
    }
    this.aligned = baseIndices().allMatch(this::livesInOwner);
  }

  /** Returns as many levels as do not have more nodes than there are processes. */
  private static List<List<FoldTree>> levels(FoldTree tree, int processes) {
    List<List<FoldTree>> levels = new ArrayList<>();
    List<FoldTree> level = List.of(tree);
    levels.add(level);
    while (2 * level.size() <= processes) {
      level = level.stream().flatMap(TreeSchedule::children).toList();
      levels.add(level);
    }
    return levels;
  }

  /** Every node has children on a level that has at most half as many nodes as there are ranks. */
  private static Stream<FoldTree> children(FoldTree node) {
    FoldTree.Inner inner = (FoldTree.Inner) node;
    return Stream.of(inner.left(), inner.right());
  }

  /**
   * Takes the candidate with the most ranks out of a set, of several the lowest.
   *
   * @param ranks number of each candidate that has any, ascending by candidate
   */
  private static int takeBest(SortedSet<Integer> candidates, Map<Integer, Integer> ranks) {
    int best = candidates.first();
    int most = 0;
    for (Map.Entry<Integer, Integer> each : ranks.entrySet()) {
      if (each.getValue() > most && candidates.contains(each.getKey())) {
        best = each.getKey();
        most = each.getValue();
      }
    }
    candidates.remove(best);
    return best;
  }

  /** Returns the base nodes that have ranks of a process, ascending, each with its number. */
  private Map<Integer, Integer> ranksByNode(int process) {
    Map<Integer, Integer> ranks = new TreeMap<>();
    baseIndices()
        .filter(node -> ranks(node, process) > 0)
        .forEach(node -> ranks.put(node, ranks(node, process)));
    return ranks;
  }

  /** Number of a process's ranks in a base node. */
  private int ranks(int node, int process) {
    return ranksByProcess.get(node).getOrDefault(process, 0);
  }

  private int swaps() {
    return levels.size() - 1;
  }

  @Override
  Program wholeProgram(int process) {
    List<Round> reduce = new ArrayList<>(collect(process));
    int node = owners.indexOf(process);
    for (int j = 0; j < swaps(); j++) {
      reduce.add(node < 0 ? Round.IDLE : swap(node, j, Segment.WHOLE, Segment.WHOLE));
    }
    return new Program(tree, localNodes(process), reduce, giveBack(process));
  }

  @Override
  Program segmentedProgram(int process) {
    List<Round> reduce = new ArrayList<>(collect(process));
    List<Round> distribute = new ArrayList<>();
    int node = owners.indexOf(process);
    if (node < 0) {
      reduce.addAll(Collections.nCopies(swaps(), Round.IDLE));
      distribute.addAll(Collections.nCopies(swaps(), Round.IDLE));
    } else {
      List<Segment> kept = keptSegments(node);
      for (int j = 0; j < swaps(); j++) {
        reduce.add(swap(node, j, kept.get(j).sibling(), kept.get(j)));
        distribute.add(0, join(node, j, kept.get(j)));
      }
    }
    distribute.addAll(giveBack(process));
    return new Program(tree, localNodes(process), reduce, distribute);
  }

  /** Returns what the owner of a base node keeps in each round: the left node the lower half. */
  private List<Segment> keptSegments(int node) {
    List<Segment> kept = new ArrayList<>();
    Segment segment = Segment.WHOLE;
    for (int j = 0; j < swaps(); j++) {
      segment = (node >> j & 1) == 0 ? segment.lowerHalf() : segment.upperHalf();
      kept.add(segment);
    }
    return kept;
  }

  /**
   * Never above a base node: folding in place would overwrite a value that the owner of another
   * base node needs.
   */
  private List<FoldTree> localNodes(int process) {
    return baseIndices().boxed().flatMap(node -> parts(node, process).stream()).toList();
  }

  private IntStream baseIndices() {
    return IntStream.range(0, baseNodes.size());
  }

  /** Returns the nodes below a base node that a process computes alone. */
  private List<FoldTree> parts(int node, int process) {
    return ranks(node, process) == 0 ? List.of() : placement.parts(baseNodes.get(node), process);
  }

  /** Returns the round in which owners get what they lack, or none if no owner lacks anything. */
  private List<Round> collect(int process) {
    if (aligned) {
      return List.of();
    }
    List<Part> out =
        baseIndices()
            .filter(node -> ranks(node, process) > 0 && owners.get(node) != process)
            .mapToObj(node -> new Part(owners.get(node), parts(node, process), Segment.WHOLE))
            .toList();
    int own = owners.indexOf(process);
    if (own < 0) {
      return List.of(new Round(out, List.of(), List.of()));
    }
    List<Part> in =
        ranksByProcess.get(own).keySet().stream()
            .filter(peer -> peer != process)
            .map(peer -> new Part(peer, parts(own, peer), Segment.WHOLE))
            .toList();
    return List.of(new Round(out, in, baseNodes.get(own).folds(placement::inOneProcess)));
  }

  private boolean livesInOwner(int node) {
    return ranksByProcess.get(node).keySet().equals(Set.of(owners.get(node)));
  }

  /** Round j of a base node's owner. */
  private Round swap(int node, int j, Segment sent, Segment kept) {
    List<FoldTree> siblings = levels.get(swaps() - j);
    int index = node >> j;
    FoldTree.Inner parent = (FoldTree.Inner) levels.get(swaps() - j - 1).get(index >> 1);
    int partner = owners.get(node ^ 1 << j);
    return new Round(
        List.of(new Part(partner, List.of(siblings.get(index)), sent)),
        List.of(new Part(partner, List.of(siblings.get(index ^ 1)), kept)),
        List.of(parent.fold()));
  }

  /** Undoes the halving of round j: both owners get the other's half of the result. */
  private Round join(int node, int j, Segment own) {
    int partner = owners.get(node ^ 1 << j);
    return new Round(
        List.of(result(partner, own)), List.of(result(partner, own.sibling())), List.of());
  }

  /** Returns the round in which processes that own no base node get the result, or none. */
  private List<Round> giveBack(int process) {
    if (sources.isEmpty()) {
      return List.of();
    }
    List<Part> out =
        sources.keySet().stream()
            .filter(receiver -> source(receiver) == process)
            .map(receiver -> result(receiver, Segment.WHOLE))
            .toList();
    List<Part> in =
        sources.containsKey(process) ? List.of(result(source(process), Segment.WHOLE)) : List.of();
    return List.of(new Round(out, in, List.of()));
  }

  private int source(int receiver) {
    return owners.get(sources.get(receiver));
  }

  private Part result(int peer, Segment segment) {
    return new Part(peer, List.of(tree), segment);
  }
}
