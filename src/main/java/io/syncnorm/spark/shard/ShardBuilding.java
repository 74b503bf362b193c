package io.syncnorm.spark.shard;

import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;

/** A shard that is being loaded. Thread-safe. */
final class ShardBuilding implements AutoCloseable {
  private final int rank;
  private final int world;
  private final RowStore.Builder training;
  private final RowStore.Builder test;

  ShardBuilding(int rank, int world, RowStore.Builder training, RowStore.Builder test) {
    this.rank = rank;
    this.world = world;
    this.training = training;
    this.test = test;
  }

  void add(Piece piece) {
    RowStore.Builder rows = piece.part() == Part.TRAINING ? training : test;
    synchronized (rows) {
      rows.add(piece);
    }
  }

  /** The shard, once all of its pieces were added. */
  Shard finish() {
    return new Shard(rank, world, training.finish(), test.finish());
  }

  /** Frees what was loaded, unless the shard is finished. */
  @Override
  public void close() {
    training.close();
    test.close();
  }
}
