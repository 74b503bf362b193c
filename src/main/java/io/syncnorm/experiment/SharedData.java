package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.DataSettings;
import io.syncnorm.config.WorldSize;
import io.syncnorm.data.Shard;
import io.syncnorm.data.Sharding;
import io.syncnorm.data.StepPlan;
import io.syncnorm.spark.ShardedData;
import io.syncnorm.train.Blueprint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The data of all runs of a process: read once for each data configuration, dealt and handed to
 * Spark once for each seed and world of it, as long as such runs come one after the other. What no
 * run uses any more is kept until another is asked for. May be used by several threads.
 */
public final class SharedData implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Map<DataSettings, Entry<Dataset>> datasets = new HashMap<>();
  private final Map<Deal, Entry<ShardedData>> deals = new HashMap<>();

  public SharedData(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** What decides which rows each rank gets, and in which order. */
  private record Deal(DataSettings data, int world, long seed) {}

  private static final class Entry<T> {
    T value;
    int users;
  }

  /** What a run holds while it uses data; to be closed. */
  interface Lease extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * The images of a run and the shards of its ranks.
   *
   * @param sharded planned for the run's batch size; belongs to the lease
   */
  record Dealt(ShardedData sharded, Lease lease) implements AutoCloseable {
    @Override
    public void close() {
      lease.close();
    }
  }

  /**
   * @throws io.syncnorm.data.DataException if a file is missing or not what it should be
   */
  Dataset dataset(DataSettings settings) {
    Entry<Dataset> entry =
        hold(datasets, settings, () -> Dataset.read(settings, spark.hadoopConfiguration()));
    release(entry);
    return entry.value;
  }

  /**
   * The shards of a run whose world was counted out.
   *
   * @throws io.syncnorm.data.DataException if training and test images differ in size
   */
  Dealt deal(Configuration configuration) {
    int world = ((WorldSize.Fixed) configuration.training().world()).ranks();
    long seed = configuration.run().seed();
    int batchSize = configuration.training().batchSize();
    Entry<ShardedData> entry =
        hold(
            deals,
            new Deal(configuration.data(), world, seed),
            () -> {
              Dataset dataset = dataset(configuration.data());
              List<Shard> shards =
                  Sharding.deal(
                      dataset.train(),
                      dataset.test(),
                      world,
                      seed,
                      Blueprint.dealing(configuration));
              return ShardedData.distribute(spark, shards, batchSize);
            });
    ShardedData dealt = entry.value;
    StepPlan plan = new StepPlan(dealt.plan().rowsPerRank(), batchSize);
    return new Dealt(
        new ShardedData(dealt.partitions(), dealt.shards(), plan, dealt.inputs()),
        () -> release(entry));
  }

  private synchronized <K, T> Entry<T> hold(Map<K, Entry<T>> entries, K key, Supplier<T> reader) {
    Entry<T> entry = entries.get(key);
    if (entry == null) {
      freeUnused(entries);
      entry = new Entry<>();
      entry.value = reader.get();
      entries.put(key, entry);
    }
    entry.users++;
    return entry;
  }

  private synchronized void release(Entry<?> entry) {
    entry.users--;
  }

  private static <K, T> void freeUnused(Map<K, Entry<T>> entries) {
    for (Map.Entry<K, Entry<T>> unused : new ArrayList<>(entries.entrySet())) {
      if (unused.getValue().users == 0) {
        entries.remove(unused.getKey());
        if (unused.getValue().value instanceof ShardedData sharded) {
          sharded.close();
        }
      }
    }
  }

  /** Frees what was handed to Spark. */
  @Override
  public synchronized void close() {
    deals.values().forEach(entry -> entry.users = 0);
    freeUnused(deals);
    datasets.clear();
  }
}
