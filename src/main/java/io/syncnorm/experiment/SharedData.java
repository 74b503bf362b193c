package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Sharding;
import io.syncnorm.spark.Sent;
import io.syncnorm.train.Blueprint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The data of all runs of a process. Consecutive runs with equal data settings share one copy, read
 * once; those with equal seed and world also share the shards in Spark. Unused data is kept until
 * other data is requested. Thread-safe.
 */
public final class SharedData implements AutoCloseable {
  private final JavaSparkContext spark;
  private final RunIdentity identity;
  private final Map<Map<Key<?>, Object>, Entry<Dataset>> datasets = new HashMap<>();
  private final Map<TestDeal, Entry<List<Sent<Rows>>>> testDeals = new HashMap<>();
  private final Map<Deal, Entry<DealtData>> deals = new HashMap<>();

  public SharedData(JavaSparkContext spark) {
    this.spark = spark;
    this.identity = new RunIdentity(spark.hadoopConfiguration());
  }

  /** Returns the identities of runs on this data. */
  public RunIdentity identity() {
    return identity;
  }

  /** The settings that decide which training rows each rank gets, and in which order. */
  private record Deal(Map<Key<?>, Object> data, int world, long seed) {}

  /** The settings that decide which test rows each rank gets; the seed is not among them. */
  private record TestDeal(Map<Key<?>, Object> data, int world) {}

  /** The training rows of one deal, and the test rows, which other deals share. */
  private record DealtData(ShardedData sharded, Entry<List<Sent<Rows>>> test) {}

  private static final class Entry<T> {
    final T value;
    final Consumer<T> free;
    int users;

    Entry(T value, Consumer<T> free) {
      this.value = value;
      this.free = free;
    }

    void free() {
      free.accept(value);
    }
  }

  /**
   * The shards of a run's ranks, held until closed.
   *
   * @param sharded planned for the run's batch size
   */
  record Dealt(ShardedData sharded, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  /**
   * Returns the dataset of a run.
   *
   * @throws io.syncnorm.data.DataException if a file is missing or invalid
   */
  Dataset dataset(Configuration configuration) {
    Entry<Dataset> entry =
        hold(datasets, data(configuration), () -> read(configuration), dataset -> {});
    release(entry);
    return entry.value;
  }

  private Dataset read(Configuration configuration) {
    Dataset dataset = Dataset.read(configuration, spark.hadoopConfiguration());
    identity.read(configuration, dataset);
    return dataset;
  }

  /**
   * Returns the shards of a run with a resolved world.
   *
   * @throws io.syncnorm.data.DataException if training and test images differ in size or type
   */
  Dealt deal(Configuration configuration) {
    int world = configuration.ranks();
    long seed = configuration.get(Keys.SEED);
    Entry<DealtData> entry =
        hold(
            deals,
            new Deal(data(configuration), world, seed),
            () -> dealt(configuration, world, seed),
            this::free);
    return new Dealt(
        entry.value.sharded.withBatchSize(configuration.get(Keys.BATCH_SIZE)),
        () -> release(entry));
  }

  /**
   * Returns the number of steps in an epoch of a run. This deals the data and keeps it for the run.
   *
   * @throws io.syncnorm.data.DataException as {@link #deal}
   */
  int stepsPerEpoch(Configuration configuration) {
    try (Dealt dealt = deal(configuration)) {
      return dealt.sharded().plan().stepsPerEpoch();
    }
  }

  private DealtData dealt(Configuration configuration, int world, long seed) {
    Dataset dataset = dataset(configuration);
    Sharding.requireSameSize(dataset.train(), dataset.test());
    List<Rows> training =
        Sharding.dealTraining(dataset.train(), world, seed, Blueprint.dealing(configuration));
    Entry<List<Sent<Rows>>> test =
        hold(
            testDeals,
            new TestDeal(data(configuration), world),
            () -> Sent.each(spark, Sharding.dealTest(dataset.test(), world)),
            sent -> sent.forEach(Sent::destroy));
    try {
      return new DealtData(
          ShardedData.distribute(spark, training, test.value, configuration.get(Keys.BATCH_SIZE)),
          test);
    } catch (RuntimeException | Error e) {
      release(test);
      throw e;
    }
  }

  /** The data settings, which decide everything about a dataset. */
  private static Map<Key<?>, Object> data(Configuration configuration) {
    return Keys.ALL.stream()
        .filter(key -> key.path().startsWith("data."))
        .collect(Collectors.toMap(key -> key, configuration::get));
  }

  private void free(DealtData dealt) {
    dealt.sharded.training().forEach(Sent::destroy);
    release(dealt.test);
  }

  private synchronized <K, T> Entry<T> hold(
      Map<K, Entry<T>> entries, K key, Supplier<T> reader, Consumer<T> free) {
    Entry<T> entry = entries.get(key);
    if (entry == null) {
      freeUnused(entries);
      entry = new Entry<>(reader.get(), free);
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
        unused.getValue().free();
      }
    }
  }

  /** Frees the shards in Spark. */
  @Override
  public synchronized void close() {
    deals.values().forEach(entry -> entry.users = 0);
    freeUnused(deals);
    freeUnused(testDeals);
    datasets.clear();
  }
}
