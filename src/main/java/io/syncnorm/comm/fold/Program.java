package io.syncnorm.comm.fold;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What one process does in an exchange, computed before the first. Slots are numbered by ranks:
 * before the exchange the slots of the process's ranks hold their values, after it {@link #root}
 * holds the result.
 *
 * <pre>
 * localFolds            the process's own ranks
 * rounds of reduce      send, receive, fold: until the result exists
 * rounds of distribute  send, receive: until all processes have all of it
 * </pre>
 *
 * <p>All processes of an exchange have the same number of rounds; a process may have nothing to do
 * in some. A round's messages are sent before its folds overwrite their slots.
 */
public final class Program {
  private final FoldTree tree;
  private final List<FoldTree> localNodes;
  private final List<Fold> localFolds;
  private final List<Round> reduce;
  private final List<Round> distribute;
  private final List<Round> rounds;

  Program(FoldTree tree, List<FoldTree> localNodes, List<Round> reduce, List<Round> distribute) {
    this.tree = tree;
    this.localNodes = List.copyOf(localNodes);
    this.localFolds =
        localNodes.stream().flatMap(node -> node.folds(inner -> false).stream()).toList();
    this.reduce = List.copyOf(reduce);
    this.distribute = List.copyOf(distribute);
    this.rounds = Stream.of(reduce, distribute).flatMap(Collection::stream).toList();
  }

  /** The nodes whose values the process computes from those of its own ranks, ascending. */
  public List<FoldTree> localNodes() {
    return localNodes;
  }

  /** The folds that make the values of {@link #localNodes}. */
  public List<Fold> localFolds() {
    return localFolds;
  }

  /** The rounds that fold. After them the process has {@link #reduced} of the result. */
  public List<Round> reduce() {
    return reduce;
  }

  /**
   * The elements of the result that the process has after the rounds of {@link #reduce}: all, a
   * segment of long vectors, or none if it only contributes.
   */
  public Optional<Segment> reduced() {
    if (reduce.isEmpty()) {
      return Optional.of(Segment.WHOLE);
    }
    Round last = reduce.get(reduce.size() - 1);
    return last.folds().isEmpty() ? Optional.empty() : Optional.of(last.folded());
  }

  /** The rounds in which results travel, and nothing is folded. */
  public List<Round> distribute() {
    return distribute;
  }

  /** All rounds. */
  public List<Round> rounds() {
    return rounds;
  }

  /** The slot of the result. */
  public int root() {
    return tree.first();
  }

  /** The processes that this one sends to or receives from. */
  public SortedSet<Integer> peers() {
    SortedSet<Integer> peers = new TreeSet<>();
    for (Round round : rounds) {
      round.out().forEach(part -> peers.add(part.peer()));
      round.in().forEach(part -> peers.add(part.peer()));
    }
    return peers;
  }

  /** Number of messages that this process sends. */
  public int messages() {
    return rounds.stream().mapToInt(round -> round.out().size()).sum();
  }

  /** Number of values that this process sends. */
  public int values() {
    return rounds.stream()
        .flatMap(round -> round.out().stream())
        .mapToInt(part -> part.nodes().size())
        .sum();
  }
}
