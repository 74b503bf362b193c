package io.syncnorm.comm;

import io.syncnorm.comm.fold.FoldTree;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.comm.fold.Placement;
import io.syncnorm.comm.fold.Program;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.fold.Schedule;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The processes in which the ranks of a world live, and how they fold together. One thread at a
 * time uses it.
 */
final class Processes {
  private final Placement placement;
  private final int self;
  private final Optional<Transport> transport;
  private LinkCost links = LinkCost.TYPICAL;

  /**
   * @param placement the process of each rank
   * @param self index of this process
   * @param transport to the others; empty if there are none
   */
  Processes(Placement placement, int self, Optional<Transport> transport) {
    this.placement = placement;
    this.self = self;
    this.transport = transport;
  }

  /** All ranks in this process. */
  static Processes one(int world) {
    return new Processes(new Placement(new int[world]), 0, Optional.empty());
  }

  /** Number of ranks. */
  int world() {
    return placement.world();
  }

  int self() {
    return self;
  }

  Optional<Transport> transport() {
    return transport;
  }

  /** Sends and receives the messages of a round, as {@link Transport#round} does. */
  void round(long tag, Messages out, Messages in, Limit limit, BooleanSupplier meanwhile) {
    transport.orElseThrow().round(tag, out, in, limit, meanwhile);
  }

  /** The processes that may be few enough to choose how they fold, ascending; else none. */
  List<Integer> choosing() {
    List<Schedule> candidates = schedules(RankGroup.all(world()));
    List<Integer> processes = candidates.get(0).processes();
    return candidates.size() > 1 && processes.size() > 2 ? processes : List.of();
  }

  /**
   * Sets what messages cost, which decides between schedules. All processes have to set the same
   * before the same exchange.
   */
  void setLinks(LinkCost measured) {
    links = measured;
  }

  /** What this process does to fold messages of a group that has a rank here. */
  Program program(RankGroup group, long bytes) {
    return links.fastest(schedules(group), bytes).program(self);
  }

  /**
   * What this process does to average vectors of all ranks.
   *
   * @param elements of the largest chunk
   */
  Program vectorProgram(int elements) {
    return links.fastestForVectors(schedules(RankGroup.all(world())), elements).vectorProgram(self);
  }

  private List<Schedule> schedules(RankGroup group) {
    return Schedule.candidates(FoldTree.over(group.first(), group.end()), placement);
  }
}
