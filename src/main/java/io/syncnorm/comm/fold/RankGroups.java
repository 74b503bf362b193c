package io.syncnorm.comm.fold;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The ranks that fold together: all ranks of a world, and those of each group that it is divided
 * into, starting at rank 0.
 *
 * @param world number of ranks
 * @param size ranks of a group; the last one may have fewer
 */
public record RankGroups(int world, int size) {
  /**
   * @throws IllegalArgumentException if there is no rank
   */
  public RankGroups {
    if (world < 1 || size < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "groups need at least one rank: world=%d size=%d", world, size));
    }
  }

  /** A world whose ranks fold all together only. */
  public static RankGroups ofAll(int world) {
    return new RankGroups(world, world);
  }

  /** The world, then its groups in the order of their ranks, unless each is a single rank. */
  public List<RankGroup> all() {
    int groups = size > 1 ? (world - 1) / size + 1 : 0;
    return Stream.concat(
            Stream.of(RankGroup.all(world)),
            IntStream.range(0, groups).mapToObj(group -> RankGroup.of(group * size, size, world)))
        .distinct()
        .toList();
  }
}
