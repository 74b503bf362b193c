package io.syncnorm.spark;

import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Shards that any number of training jobs may use; close it when they are done.
 *
 * @param shards one broadcast per rank, in rank order
 * @param inputs pixels of an image
 */
public record ShardedData(List<Broadcast<Shard>> shards, StepPlan plan, int inputs)
    implements AutoCloseable {

  /** Hands the shards to Spark. */
  public static ShardedData distribute(JavaSparkContext spark, List<Shard> shards, int batchSize) {
    return new ShardedData(
        shards.stream().map(spark::broadcast).toList(),
        StepPlan.of(shards, batchSize),
        shards.get(0).training().rowLength());
  }

  /** Number of ranks. */
  public int world() {
    return shards.size();
  }

  /** Frees the shards on the driver and on all executors. */
  @Override
  public void close() {
    shards.forEach(Broadcast::destroy);
  }
}
