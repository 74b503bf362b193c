package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.data.DataException;
import io.syncnorm.spark.shard.DealtData;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.train.Blueprint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data of all runs of a process. Consecutive runs with equal data settings share the packed
 * rows, read once; those with equal seed and world also share the shards. Unused data is kept until
 * other data is requested. Thread-safe.
 */
public final class SharedData implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedData.class);

  /** Data settings that do not change which rows are read, or what they contain. */
  private static final Set<Key<?>> OF_DEALING = Set.of(Keys.PARTITION, Keys.MEMORY);

  private final JavaSparkContext spark;
  private final RunIdentity identity;
  private final Map<Map<Key<?>, Object>, Entry<LoadedData>> packed = new HashMap<>();
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
  private record Deal(Map<Key<?>, Object> data, Object partition, int world, long seed) {}

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
   * Returns the rows of a run, held until closed.
   *
   * @param listener is told of the progress if the rows must be read
   * @throws io.syncnorm.data.DataException if a source or a row is invalid
   */
  RunData open(Configuration configuration, LoadListener listener) {
    Entry<LoadedData> entry =
        hold(packed, data(configuration), () -> read(configuration, listener), LoadedData::close);
    return new RunData(entry.value, () -> release(entry));
  }

  private LoadedData read(Configuration configuration, LoadListener listener) {
    LoadedData read =
        JobTitle.during(
            spark, "reading rows", () -> LoadedData.read(spark, configuration, listener));
    try {
      identity.read(configuration, read.survey());
      return read;
    } catch (RuntimeException | Error e) {
      read.close();
      throw e;
    }
  }

  /**
   * Reads the rows of runs whose names depend on them. Data that cannot be read is left to its run,
   * which reports the fault.
   *
   * @param listener is told of the progress
   */
  public void identify(Collection<Configuration> configurations, LoadListener listener) {
    for (Configuration configuration : configurations) {
      if (!identity.knowsRows(configuration)) {
        try {
          open(configuration, listener).close();
        } catch (DataException e) {
          LOG.debug("the run reports it", e);
        }
      }
    }
  }

  /**
   * The shards of a run's ranks, held until closed.
   *
   * @param sharded may be used by several runs
   */
  record Dealt(DealtData sharded, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  /**
   * Returns the shards of a run with a resolved world.
   *
   * @param data of the run
   */
  Dealt deal(Configuration configuration, RunData data) {
    int world = configuration.ranks();
    long seed = configuration.get(Keys.SEED);
    Deal key = new Deal(data(configuration), configuration.get(Keys.PARTITION), world, seed);
    Entry<DealtData> entry =
        hold(
            deals,
            key,
            () -> JobTitle.during(spark, "dealing rows", () -> dealt(configuration, data)),
            DealtData::close);
    return new Dealt(entry.value, () -> release(entry));
  }

  private DealtData dealt(Configuration configuration, RunData data) {
    return DealtData.deal(
        spark,
        data.loaded().packed(),
        Blueprint.dealing(configuration),
        configuration.ranks(),
        configuration.get(Keys.SEED),
        data.loaded().transform(),
        configuration.rowMemory(Runtime.getRuntime().maxMemory()));
  }

  /** The settings that decide which rows are read. */
  private static Map<Key<?>, Object> data(Configuration configuration) {
    return Keys.ALL.stream()
        .filter(key -> key.path().startsWith("data.") && !OF_DEALING.contains(key))
        .collect(Collectors.toMap(key -> key, configuration::get));
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

  /** Frees rows and shards in Spark. */
  @Override
  public synchronized void close() {
    deals.values().forEach(entry -> entry.users = 0);
    packed.values().forEach(entry -> entry.users = 0);
    freeUnused(deals);
    freeUnused(packed);
  }
}
