package io.syncnorm.spark;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import io.syncnorm.train.PlanException;
import java.io.Serializable;
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
    implements AutoCloseable {

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

  /** The shards, as they travel. */
  Shards shards() {
    return new Shards(training.ofRanks(), test.ofRanks(), plan);
  }

  /**
   * Shards that Spark has.
   *
   * @param training rows, in rank order, as are {@code test}
   */
  record Shards(List<Sent<Rows>> training, List<Sent<Rows>> test, StepPlan plan)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    Shard of(int rank) {
      return new Shard(rank, plan.world(), training.get(rank).value(), test.get(rank).value());
    }
  }

  /** Number of ranks. */
  public int world() {
    return plan.world();
  }

  /**
   * Refuses, before anything runs, what is known already to be untrainable.
   *
   * @throws PlanException if it is
   */
  void requireTrainable(Configuration configuration) {
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
