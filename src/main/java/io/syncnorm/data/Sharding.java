package io.syncnorm.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Splits the data among the ranks. */
public final class Sharding {
  private Sharding() {}

  /**
   * Permutes the training rows once, by the seed alone, and deals them by the rule {@code dealing}.
   * Test row {@code i} goes to rank {@code i mod world}. Within a shard rows keep the permutation's
   * order.
   *
   * <p>No row is dropped; ranks that get no rows have empty shards. With {@link Dealing#SHUFFLED},
   * rows {@code [k*b, k*b + b)} of all shards are rows {@code [k*b*world, (k+1)*b*world)} of the
   * permutation: in fixed order, step {@code k} is the same for every world with the same global
   * batch. Memory: one copy of the data, and 17 bytes per training row while dealing.
   *
   * @param world the number of ranks, at least 1
   * @return the shards in rank order
   * @throws DataException if training and test images differ in size or type
   */
  public static List<Shard> deal(
      LabelledImages train, LabelledImages test, int world, long seed, Dealing dealing) {
    requireSameSize(train, test);
    List<Rows> training = dealTraining(train, world, seed, dealing);
    List<Rows> testing = dealTest(test, world);
    List<Shard> shards = new ArrayList<>(world);
    for (int rank = 0; rank < world; rank++) {
      shards.add(new Shard(rank, world, training.get(rank), testing.get(rank)));
    }
    return List.copyOf(shards);
  }

  /** The training rows of {@link #deal}. */
  public static List<Rows> dealTraining(
      LabelledImages train, int world, long seed, Dealing dealing) {
    int[] order = new int[train.count()];
    Seeds.permute(order, Seeds.mix(seed));
    return dealRows(train, order, dealing, world, seed);
  }

  /** The test rows of {@link #deal}, which do not depend on the seed. */
  public static List<Rows> dealTest(LabelledImages test, int world) {
    int[] order = new int[test.count()];
    Seeds.fillIdentity(order);
    return dealRows(test, order, Dealing.SHUFFLED, world, 0);
  }

  private static List<Rows> dealRows(
      LabelledImages images, int[] order, Dealing dealing, int world, long seed) {
    if (world < 1) {
      throw new IllegalArgumentException("world must be at least 1, found world=" + world);
    }
    byte[] labels = new byte[order.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = images.labels()[order[i]];
    }
    int[] owners = dealing.owners(labels, world, seed);
    int[] counts = new int[world];
    for (int owner : owners) {
      counts[owner]++;
    }
    int[][] rowsOf = new int[world][];
    for (int rank = 0; rank < world; rank++) {
      rowsOf[rank] = new int[counts[rank]];
    }
    int[] filled = new int[world];
    for (int i = 0; i < order.length; i++) {
      rowsOf[owners[i]][filled[owners[i]]++] = order[i];
    }
    Rows rows = Rows.of(images);
    return Arrays.stream(rowsOf).map(rows::pick).toList();
  }

  /**
   * @throws DataException if training and test images differ in size or in the type of their
   *     values, which determines how they become features
   */
  public static void requireSameSize(LabelledImages train, LabelledImages test) {
    if (!train.images().shape().equals(test.images().shape())) {
      throw DataException.of(
          "training and test images differ in size",
          files(test),
          train.images().size() + " pixels as in " + files(train),
          test.images().size(),
          "give training and test files of the same set",
          null);
    }
    if (train.images().type() != test.images().type()) {
      throw DataException.of(
          "training and test images differ in the type of their values",
          files(test),
          train.images().type() + " as in " + files(train),
          test.images().type(),
          "give training and test files of the same set",
          null);
    }
  }

  private static String files(LabelledImages images) {
    return images.files().isEmpty()
        ? "(in memory)"
        : images.files().stream().map(IdxFile::path).collect(Collectors.joining(" "));
  }
}
