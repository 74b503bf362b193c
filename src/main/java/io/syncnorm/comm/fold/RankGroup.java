package io.syncnorm.comm.fold;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Consecutive ranks.
 *
 * @param first the lowest rank, from 0
 * @param end one above the highest
 */
public record RankGroup(int first, int end) {
  /**
   * @throws IllegalArgumentException if the group has no rank
   */
  public RankGroup {
    if (first < 0 || end <= first) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a group needs at least one rank: first=%d end=%d", first, end));
    }
  }

  /** All ranks of a world. */
  public static RankGroup all(int world) {
    return new RankGroup(0, world);
  }

  /**
   * The group of a rank when a world is divided into groups starting at rank 0; the last group may
   * be smaller.
   *
   * @param size ranks of a full group, at least 1
   */
  public static RankGroup of(int rank, int size, int world) {
    int first = rank / size * size;
    return new RankGroup(first, (int) Math.min((long) first + size, world));
  }

  /** Each rank of a world as a group of its own. */
  public static List<RankGroup> each(int world) {
    return IntStream.range(0, world).mapToObj(rank -> new RankGroup(rank, rank + 1)).toList();
  }

  /** Whether groups, in this order, divide a world: each of its ranks is in one of them. */
  public static boolean divide(int world, List<RankGroup> groups) {
    int end = 0;
    for (RankGroup group : groups) {
      if (group.first() != end) {
        return false;
      }
      end = group.end();
    }
    return end == world;
  }

  /** Number of ranks. */
  public int size() {
    return end - first;
  }

  /** The ranks, ascending. */
  public IntStream ranks() {
    return IntStream.range(first, end);
  }

  /** Whether a rank is in this group. */
  public boolean contains(int rank) {
    return rank >= first && rank < end;
  }
}
