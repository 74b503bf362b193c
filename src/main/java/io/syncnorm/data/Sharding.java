package io.syncnorm.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Splits the data among the ranks. */
public final class Sharding {
  private Sharding() {}

  /**
   * Deals both sets like cards: row {@code i} of the permuted training rows, and of the test rows
   * in their own order, goes to rank {@code i mod world}. Shards differ by at most one row.
   *
   * @see #deal(LabelledImages, LabelledImages, int, long, Dealing)
   */
  public static List<Shard> deal(LabelledImages train, LabelledImages test, int world, long seed) {
    return deal(train, test, world, seed, new Dealing.Shuffled());
  }

  /**
   * Permutes the training rows once, by the seed alone, and hands them out as {@code dealing} says;
   * test rows are dealt like cards. Within a shard rows keep the permutation's order.
   *
   * <p>No row is dropped; ranks that get no rows have empty shards. Where training rows are dealt
   * like cards too, rows {@code [k*b, k*b + b)} of all shards are rows {@code [k*b*world,
   * (k+1)*b*world)} of the permutation: in fixed order, step {@code k} is the same for every world
   * with the same global batch. Memory: one copy of the data, and 4 bytes per training row while
   * dealing.
   *
   * @param world the number of ranks, at least 1
   * @return the shards in rank order
   * @throws DataException when training and test images differ in size
   */
  public static List<Shard> deal(
      LabelledImages train, LabelledImages test, int world, long seed, Dealing dealing) {
    requireSameSize(train, test);
    List<PixelRows> training = dealTraining(train, world, seed, dealing);
    List<PixelRows> testing = dealTest(test, world);
    List<Shard> shards = new ArrayList<>(world);
    for (int rank = 0; rank < world; rank++) {
      shards.add(new Shard(rank, world, training.get(rank), testing.get(rank)));
    }
    return List.copyOf(shards);
  }

  /** The training rows of {@link #deal(LabelledImages, LabelledImages, int, long, Dealing)}. */
  public static List<PixelRows> dealTraining(
      LabelledImages train, int world, long seed, Dealing dealing) {
    int[] order = new int[train.count()];
    Seeds.permute(order, Seeds.mix(seed));
    return hand(train, order, dealing, world, seed);
  }

  /** The test rows: the same for every seed. */
  public static List<PixelRows> dealTest(LabelledImages test, int world) {
    int[] order = new int[test.count()];
    Seeds.fillIdentity(order);
    return hand(test, order, new Dealing.Shuffled(), world, 0);
  }

  private static List<PixelRows> hand(
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
    int length = images.rowLength();
    byte[][] pixelsOf = new byte[world][];
    byte[][] labelsOf = new byte[world][];
    for (int rank = 0; rank < world; rank++) {
      pixelsOf[rank] = new byte[counts[rank] * length];
      labelsOf[rank] = new byte[counts[rank]];
    }
    int[] filled = new int[world];
    for (int i = 0; i < order.length; i++) {
      int rank = owners[i];
      int at = filled[rank]++;
      System.arraycopy(images.pixels(), order[i] * length, pixelsOf[rank], at * length, length);
      labelsOf[rank][at] = labels[i];
    }
    List<PixelRows> shards = new ArrayList<>(world);
    for (int rank = 0; rank < world; rank++) {
      shards.add(new PixelRows(length, pixelsOf[rank], labelsOf[rank]));
    }
    return shards;
  }

  /**
   * @throws DataException when training and test images differ in size
   */
  public static void requireSameSize(LabelledImages train, LabelledImages test) {
    if (train.height() != test.height() || train.width() != test.width()) {
      throw DataException.of(
          "training and test images differ in size",
          files(test),
          size(train) + " pixels as in " + files(train),
          size(test),
          "name training and test files of the same set",
          null);
    }
  }

  private static String size(LabelledImages images) {
    return images.height() + " x " + images.width();
  }

  private static String files(LabelledImages images) {
    return images.files().isEmpty()
        ? "(in memory)"
        : images.files().stream().map(IdxFile::path).collect(Collectors.joining(" "));
  }
}
