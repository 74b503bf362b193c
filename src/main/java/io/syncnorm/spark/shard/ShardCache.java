package io.syncnorm.spark.shard;

import io.syncnorm.data.shard.Shard;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The shards that ranks of this process have loaded, for the next training on the same deal. It
 * travels empty, as a broadcast: each executor has one, which lives as long as the broadcast. In
 * local mode it is the driver's own.
 */
final class ShardCache implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final AtomicLong NEXT = new AtomicLong();

  /** The caches that were created in this process, until they are closed or unreachable. */
  private static final Map<Long, WeakReference<ShardCache>> OWN = new ConcurrentHashMap<>();

  private final long number;
  private final transient Map<Integer, Shard> shards = new ConcurrentHashMap<>();

  private ShardCache(long number) {
    this.number = number;
  }

  static ShardCache create() {
    ShardCache created = new ShardCache(NEXT.getAndIncrement());
    OWN.put(created.number, new WeakReference<>(created));
    return created;
  }

  /** The shard of a rank; null if this process has not loaded it. */
  Shard get(int rank) {
    return shards.get(rank);
  }

  /**
   * Keeps a shard.
   *
   * @return the shard to use: one that another task has loaded in the meantime takes precedence
   */
  Shard keep(Shard shard) {
    Shard other = shards.putIfAbsent(shard.rank(), shard);
    if (other == null) {
      return shard;
    }
    shard.close();
    return other;
  }

  /** Frees the shards of this process. */
  void close() {
    OWN.remove(number);
    shards.values().forEach(Shard::close);
    shards.clear();
  }

  /**
   * The driver's own cache in its process, whatever Spark has done to its copy of the broadcast; an
   * empty one on an executor, whose process has created none.
   */
  private Object readResolve() {
    WeakReference<ShardCache> known = OWN.get(number);
    ShardCache own = known == null ? null : known.get();
    return own == null ? new ShardCache(number) : own;
  }
}
