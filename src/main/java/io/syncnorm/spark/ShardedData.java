package io.syncnorm.spark;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import io.syncnorm.train.PlanException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Shards that the driver has made, which any number of training jobs may use; close it when they
 * are done.
 *
 * @param partitions the ranks' numbers, one in each
 * @param inputs pixels of an image
 */
public record ShardedData(
    JavaRDD<Integer> partitions, SentRows training, SentRows test, StepPlan plan, int inputs)
    implements RankData<Integer>, AutoCloseable {

  /** Hands the shards to Spark. */
  public static ShardedData distribute(JavaSparkContext spark, List<Shard> shards, int batchSize) {
    StepPlan plan = StepPlan.of(shards, batchSize);
    SentRows training = SentRows.send(spark, shards.stream().map(Shard::training).toList());
    try {
      SentRows test = SentRows.send(spark, shards.stream().map(Shard::test).toList());
      return of(spark, training, test, plan, shards.get(0).training().rowLength());
    } catch (RuntimeException | Error e) {
      training.close();
      throw e;
    }
  }

  /** Shards of rows that Spark has already, and which are closed with them. */
  public static ShardedData of(
      JavaSparkContext spark, SentRows training, SentRows test, StepPlan plan, int inputs) {
    int world = plan.world();
    return new ShardedData(
        spark.parallelize(IntStream.range(0, world).boxed().toList(), world),
        training,
        test,
        plan,
        inputs);
  }

  /** The same rows, planned for another batch. */
  public ShardedData withBatchSize(int batchSize) {
    StepPlan other = new StepPlan(plan.rowsPerRank(), batchSize);
    return new ShardedData(partitions, training, test, other, inputs);
  }

  @Override
  public ShardMaker<Integer> maker() {
    List<Sent<Rows>> sentTraining = training.ofRanks();
    List<Sent<Rows>> sentTest = test.ofRanks();
    StepPlan samePlan = plan;
    return (rank, world, number) -> {
      Rows own = sentTraining.get(rank).value();
      Rows ownTest = sentTest.get(rank).value();
      return new ShardMaker.RankShard(new Shard(rank, world, own, ownTest), samePlan);
    };
  }

  @Override
  public void requireTrainable(Configuration configuration) {
    PlanException.requireFits(configuration, inputs, plan);
    PlanException.requireTrainable(configuration, plan);
  }

  /** Frees the shards on the driver and on all executors. */
  @Override
  public void close() {
    training.close();
    test.close();
  }
}
