package io.syncnorm.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Splits the data among the ranks. */
public final class Sharding {
  private Sharding() {}

  /**
   * Permutes the training rows once, by the seed alone, and deals both sets like cards: row {@code
   * i} of the permuted training rows, and of the test rows in their own order, goes to rank {@code
   * i mod world}.
   *
   * <p>No row is dropped, and shards differ by at most one row; ranks beyond the number of rows get
   * empty shards. Rows {@code [k*b, k*b + b)} of all shards are rows {@code [k*b*world,
   * (k+1)*b*world)} of the permutation: in fixed order, step {@code k} is the same for every world
   * with the same global batch. Memory: one copy of the data, and 4 bytes per training row while
   * dealing.
   *
   * @param world the number of ranks, at least 1
   * @return the shards in rank order
   * @throws DataException when training and test images differ in size
   */
  public static List<Shard> deal(LabelledImages train, LabelledImages test, int world, long seed) {
    if (world < 1) {
      throw new IllegalArgumentException("world must be at least 1, found world=" + world);
    }
    requireSameSize(train, test);
    int[] trainOrder = new int[train.count()];
    Seeds.permute(trainOrder, Seeds.mix(seed));
    int[] testOrder = new int[test.count()];
    Seeds.fillIdentity(testOrder);

    List<Shard> shards = new ArrayList<>(world);
    for (int rank = 0; rank < world; rank++) {
      Rows training = hand(train, trainOrder, rank, world);
      shards.add(new Shard(rank, world, training, hand(test, testOrder, rank, world)));
    }
    return List.copyOf(shards);
  }

  private static PixelRows hand(LabelledImages images, int[] order, int rank, int world) {
    int length = images.rowLength();
    int count = order.length / world + (rank < order.length % world ? 1 : 0);
    byte[] pixels = new byte[count * length];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      int row = order[rank + i * world];
      System.arraycopy(images.pixels(), row * length, pixels, i * length, length);
      labels[i] = images.labels()[row];
    }
    return new PixelRows(length, pixels, labels);
  }

  private static void requireSameSize(LabelledImages train, LabelledImages test) {
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
