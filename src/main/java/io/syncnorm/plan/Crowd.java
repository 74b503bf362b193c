package io.syncnorm.plan;

import io.syncnorm.comm.fold.RankGroup;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The ranks of a machine.
 *
 * @param ranks how many there are
 * @param slots task slots; the ranks of a slot compute in turns
 */
public record Crowd(int ranks, int slots) {
  /** Ranks that have a slot each. */
  static Crowd each(int ranks) {
    return new Crowd(ranks, ranks);
  }

  /** The ranks of each slot. */
  List<RankGroup> hosts() {
    return IntStream.range(0, slots)
        .mapToObj(slot -> new RankGroup(first(slot), first(slot + 1)))
        .toList();
  }

  private int first(int slot) {
    return (int) ((long) slot * ranks / slots);
  }
}
