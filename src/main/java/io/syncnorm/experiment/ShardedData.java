package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import io.syncnorm.spark.Sent;
import io.syncnorm.train.PlanException;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Shards that the driver has built and broadcast. Any number of training jobs may use them; close
 * it after the last one.
 *
 * @param training rows, in rank order, as are {@code test}
 * @param inputs pixels of an image
 */
public record ShardedData(
    List<Sent<Rows>> training, List<Sent<Rows>> test, StepPlan plan, int inputs)
    implements AutoCloseable, Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Broadcasts training rows.
   *
   * @param training rows of each rank
   * @param test rows of each rank, already broadcast; may be shared with other shards
   */
  public static ShardedData distribute(
      JavaSparkContext spark, List<Rows> training, List<Sent<Rows>> test, int batchSize) {
    StepPlan plan = new StepPlan(training.stream().map(Rows::count).toList(), batchSize);
    return new ShardedData(Sent.each(spark, training), test, plan, training.get(0).rowLength());
  }

  /** These shards, planned for another batch size. */
  public ShardedData withBatchSize(int batchSize) {
    return new ShardedData(training, test, new StepPlan(plan.rowsPerRank(), batchSize), inputs);
  }

  /** The shard of a rank; called on that rank's executor. */
  Shard of(int rank) {
    return new Shard(rank, world(), training.get(rank).value(), test.get(rank).value());
  }

  /** Number of ranks. */
  public int world() {
    return plan.world();
  }

  /**
   * Checks, before anything runs, that the data can be trained with the configuration.
   *
   * @throws PlanException if it cannot
   */
  void requireTrainable(Configuration configuration) {
    PlanException.requireFits(configuration, inputs, plan);
    PlanException.requireTrainable(configuration, plan);
  }

  /** Frees the shards on the driver and on all executors. */
  @Override
  public void close() {
    training.forEach(Sent::destroy);
    test.forEach(Sent::destroy);
  }
}
