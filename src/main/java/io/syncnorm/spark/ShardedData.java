package io.syncnorm.spark;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import io.syncnorm.train.PlanException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Shards that the driver has made, which any number of training jobs may use; close it when they
 * are done.
 *
 * @param partitions the ranks' numbers, one in each
 * @param shards one broadcast per rank, in rank order
 * @param inputs pixels of an image
 */
public record ShardedData(
    JavaRDD<Integer> partitions, List<Broadcast<Shard>> shards, StepPlan plan, int inputs)
    implements RankData<Integer>, AutoCloseable {

  /** Hands the shards to Spark. */
  public static ShardedData distribute(JavaSparkContext spark, List<Shard> shards, int batchSize) {
    int world = shards.size();
    return new ShardedData(
        spark.parallelize(IntStream.range(0, world).boxed().toList(), world),
        shards.stream().map(spark::broadcast).toList(),
        StepPlan.of(shards, batchSize),
        shards.get(0).training().rowLength());
  }

  @Override
  public ShardMaker<Integer> maker() {
    List<Broadcast<Shard>> sent = shards;
    StepPlan samePlan = plan;
    return (communicator, rank) ->
        new ShardMaker.RankShard(sent.get(communicator.rank()).value(), samePlan);
  }

  @Override
  public void requireTrainable(Configuration configuration) {
    PlanException.requireTrainable(configuration, plan);
  }

  /** Frees the shards on the driver and on all executors. */
  @Override
  public void close() {
    shards.forEach(Broadcast::destroy);
  }
}
