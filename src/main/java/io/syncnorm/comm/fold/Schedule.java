package io.syncnorm.comm.fold;

import java.util.List;
import java.util.Locale;

/**
 * How the processes of a tree's ranks fold their values together: a {@link Program} for each. Every
 * schedule of a tree makes the same folds of the same values, so all give the same bits; they
 * differ in how many rounds they take and how much travels.
 *
 * <p>A process has two programs: one for messages that travel whole, and one for long vectors, of
 * which each process folds a segment.
 */
public abstract sealed class Schedule permits TreeSchedule, GatherSchedule {
  /** Long vectors are folded so many elements at a time, so that buffers do not grow with them. */
  public static final int CHUNK = 1 << 20;

  /** The most processes for which {@link #gather} may be the faster schedule. */
  static final int MOST_GATHERING = 8;

  final FoldTree tree;
  final Placement placement;
  private final List<Integer> processes;

  Schedule(FoldTree tree, Placement placement) {
    if (tree.end() > placement.world()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the tree has ranks that are not placed: end=%d world=%d",
              tree.end(),
              placement.world()));
    }
    this.tree = tree;
    this.placement = placement;
    this.processes = List.copyOf(placement.ranksByProcess(tree).keySet());
  }

  /**
   * Sums travel along the tree, in {@code ceil(log2 P) + 1} rounds at most for P processes.
   *
   * @param placement of the world, which may have more ranks than the tree
   */
  public static Schedule tree(FoldTree tree, Placement placement) {
    return new TreeSchedule(tree, placement);
  }

  /**
   * Each process sends the sums of its own ranks to all others, in one round.
   *
   * @param placement of the world, which may have more ranks than the tree
   */
  public static Schedule gather(FoldTree tree, Placement placement) {
    return new GatherSchedule(tree, placement);
  }

  /**
   * The schedules worth considering, that of the tree first. A process needs connections to its
   * peers in all of them.
   *
   * @param placement of the world, which may have more ranks than the tree
   */
  public static List<Schedule> candidates(FoldTree tree, Placement placement) {
    Schedule first = tree(tree, placement);
    return first.processes().size() > MOST_GATHERING
        ? List.of(first)
        : List.of(first, gather(tree, placement));
  }

  /** The processes that take part, ascending: those with a rank of the tree. */
  public final List<Integer> processes() {
    return processes;
  }

  /**
   * What a process does to fold messages that travel whole.
   *
   * @throws IllegalArgumentException if it has no rank of the tree
   */
  public final Program program(int process) {
    requireMember(process);
    return wholeProgram(process);
  }

  /**
   * What a process does to fold long vectors.
   *
   * @throws IllegalArgumentException if it has no rank of the tree
   */
  public final Program vectorProgram(int process) {
    requireMember(process);
    return segmentedProgram(process);
  }

  abstract Program wholeProgram(int process);

  abstract Program segmentedProgram(int process);

  private void requireMember(int process) {
    if (!processes.contains(process)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the process has no rank of the tree: process=%d tree=%s processes=%s",
              process,
              tree,
              processes));
    }
  }
}
