package io.syncnorm.spark.shard;

import io.syncnorm.data.Piece;
import io.syncnorm.spark.source.PackedData;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Puts pieces into shards of this process. Tasks get a copy of the sink, which finds the shards by
 * its number.
 */
record ShardSink(long number) implements PackedData.Sink {
  private static final long serialVersionUID = 1L;
  private static final AtomicLong NEXT = new AtomicLong();
  private static final Map<Long, List<ShardBuilding>> OPEN = new ConcurrentHashMap<>();

  /** Opens a sink for the shards of all ranks, and returns its number. */
  static long open(List<ShardBuilding> ranks) {
    long number = NEXT.getAndIncrement();
    OPEN.put(number, ranks);
    return number;
  }

  static void close(long number) {
    OPEN.remove(number);
  }

  @Override
  public void take(int rank, Piece piece) {
    OPEN.get(number).get(rank).add(piece);
  }
}
