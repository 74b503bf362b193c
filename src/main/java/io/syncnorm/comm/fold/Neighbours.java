package io.syncnorm.comm.fold;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The processes that a process exchanges messages with, whatever is folded and whichever schedule
 * is the fastest: it needs a connection to each of them, and to no other. The relation is
 * symmetric.
 *
 * <p>Along the tree they are {@code log2 P} of P processes, and a few more if blocks of ranks are
 * no nodes of it. Of at most 8 processes that fold together all are neighbours.
 */
public final class Neighbours {
  private final List<Schedule> schedules;

  /**
   * @param placement of the world
   * @param groups the ranks that fold together
   */
  public Neighbours(Placement placement, RankGroups groups) {
    this.schedules =
        groups.all().stream()
            .map(group -> FoldTree.over(group.first(), group.end()))
            .flatMap(tree -> Schedule.candidates(tree, placement).stream())
            .toList();
  }

  /** The neighbours of a process, ascending. */
  public SortedSet<Integer> of(int process) {
    SortedSet<Integer> neighbours = new TreeSet<>();
    for (Schedule schedule : schedules) {
      if (schedule.processes().contains(process)) {
        neighbours.addAll(schedule.program(process).peers());
        neighbours.addAll(schedule.vectorProgram(process).peers());
      }
    }
    return neighbours;
  }
}
