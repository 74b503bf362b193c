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
 * The data of all runs of a process: read once for each data configuration, dealt and handed to
 * Spark once for each seed and world of it, as long as such runs come one after the other. What no
 * run uses any more is kept until another is asked for. May be used by several threads.
 */
public final class SharedData implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Map<Map<Key<?>, Object>, Entry<Dataset>> datasets = new HashMap<>();
  private final Map<TestDeal, Entry<List<Sent<Rows>>>> testDeals = new HashMap<>();
  private final Map<Deal, Entry<Hand>> deals = new HashMap<>();

  public SharedData(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** What decides which rows each rank gets, and in which order. */
  private record Deal(Map<Key<?>, Object> data, int world, long seed) {}

  /** What decides which test rows each rank gets: no seed does. */
  private record TestDeal(Map<Key<?>, Object> data, int world) {}

  /** The training rows of one deal, and test rows that other deals have too. */
  private record Hand(ShardedData sharded, Entry<List<Sent<Rows>>> test) {}

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
   * The shards of a run's ranks, held until it is closed.
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
   * @throws io.syncnorm.data.DataException if a file is missing or not what it should be
   */
  Dataset dataset(Configuration configuration) {
    Entry<Dataset> entry =
        hold(
            datasets,
            data(configuration),
            () -> Dataset.read(configuration, spark.hadoopConfiguration()),
            dataset -> {});
    release(entry);
    return entry.value;
  }

  /**
   * The shards of a run whose world was counted out.
   *
   * @throws io.syncnorm.data.DataException if training and test images differ in size or type
   */
  Dealt deal(Configuration configuration) {
    int world = configuration.ranks();
    long seed = configuration.get(Keys.SEED);
    Entry<Hand> entry =
        hold(
            deals,
            new Deal(data(configuration), world, seed),
            () -> hand(configuration, world, seed),
            this::free);
    return new Dealt(
        entry.value.sharded.withBatchSize(configuration.get(Keys.BATCH_SIZE)),
        () -> release(entry));
  }

  private Hand hand(Configuration configuration, int world, long seed) {
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
      return new Hand(
          ShardedData.distribute(spark, training, test.value, configuration.get(Keys.BATCH_SIZE)),
          test);
    } catch (RuntimeException | Error e) {
      release(test);
      throw e;
    }
  }

  /** What is said of the data, of which all else follows. */
  private static Map<Key<?>, Object> data(Configuration configuration) {
    return Keys.ALL.stream()
        .filter(key -> key.path().startsWith("data."))
        .collect(Collectors.toMap(key -> key, configuration::get));
  }

  private void free(Hand hand) {
    hand.sharded.training().forEach(Sent::destroy);
    release(hand.test);
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

  /** Frees what was handed to Spark. */
  @Override
  public synchronized void close() {
    deals.values().forEach(entry -> entry.users = 0);
    freeUnused(deals);
    freeUnused(testDeals);
    datasets.clear();
  }
}
