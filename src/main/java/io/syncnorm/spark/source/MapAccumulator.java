package io.syncnorm.spark.source;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.AccumulatorV2;

/**
 * Values that tasks send to the driver by key. A task that runs twice replaces its value. It has no
 * name, so that Spark's UI does not show it.
 */
public final class MapAccumulator<K, V> extends AccumulatorV2<Map.Entry<K, V>, Map<K, V>> {
  private static final long serialVersionUID = 1L;

  private final HashMap<K, V> values = new HashMap<>();

  /** A new one, known to Spark. */
  public static <K, V> MapAccumulator<K, V> registered(JavaSparkContext spark) {
    MapAccumulator<K, V> created = new MapAccumulator<>();
    spark.sc().register(created);
    return created;
  }

  @Override
  public synchronized void add(Map.Entry<K, V> entry) {
    values.put(entry.getKey(), entry.getValue());
  }

  @Override
  public void merge(AccumulatorV2<Map.Entry<K, V>, Map<K, V>> other) {
    Map<K, V> added = other.value();
    synchronized (this) {
      values.putAll(added);
    }
  }

  /** A copy. */
  @Override
  public synchronized Map<K, V> value() {
    return Collections.unmodifiableMap(new HashMap<>(values));
  }

  @Override
  public synchronized boolean isZero() {
    return values.isEmpty();
  }

  @Override
  public AccumulatorV2<Map.Entry<K, V>, Map<K, V>> copy() {
    MapAccumulator<K, V> copied = new MapAccumulator<>();
    copied.values.putAll(value());
    return copied;
  }

  @Override
  public synchronized void reset() {
    values.clear();
  }
}
