package io.syncnorm.spark;

import io.syncnorm.config.Configuration;
import io.syncnorm.train.EpochListener;
import io.syncnorm.train.PlanException;
import io.syncnorm.train.Snapshot;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.reflect.ClassTag$;

/** Trains one model: one barrier job over all ranks, from a snapshot to the last epoch. */
public final class TrainingJob {
  private final JavaSparkContext spark;
  private final ShardedData data;

  /**
   * @param data its number of shards is the world
   */
  public TrainingJob(JavaSparkContext spark, ShardedData data) {
    this.spark = spark;
    this.data = data;
  }

  /**
   * @param description what Spark's pages call the job
   * @param listener hears of each epoch while the job runs
   * @return the merged model after the last epoch
   * @throws TaskSlots.SlotsException if the ranks cannot all run at once
   * @throws RankFailedException if a rank fails; the cause is what failed first
   */
  public Snapshot run(
      String description, Configuration configuration, Snapshot start, EpochListener listener) {
    PlanException.requireTrainable(configuration, data.plan());
    TaskSlots.require(spark, data.world());
    if (!spark.isLocal()) {
      throw new UnsupportedOperationException(
          "ranks meet in shared memory and need a local master: master=" + spark.master());
    }
    Broadcast<Snapshot> startEverywhere = spark.broadcast(start);
    spark.sc().setJobDescription(description);
    try (LocalRun run =
        new LocalRun(data.world(), configuration.training().waitTimeout(), listener)) {
      RankTask task =
          new RankTask(run.id(), configuration, data.shards(), data.plan(), startEverywhere);
      try {
        return only(barrierStage(task).toJavaRDD().collect());
      } catch (Exception e) {
        // Spark wraps what a task throws in text; the ranks kept the thing itself.
        throw run.failure()
            .orElseThrow(() -> new IllegalStateException("Spark could not run the barrier job", e));
      }
    } finally {
      spark.sc().setJobDescription(null);
      startEverywhere.destroy();
    }
  }

  private RDD<Snapshot> barrierStage(RankTask task) {
    List<Integer> ranks = IntStream.range(0, data.world()).boxed().toList();
    return spark
        .parallelize(ranks, data.world())
        .rdd()
        .barrier()
        .mapPartitions(task, false, ClassTag$.MODULE$.apply(Snapshot.class));
  }

  private static Snapshot only(List<Snapshot> snapshots) {
    if (snapshots.size() != 1) {
      throw new IllegalStateException(
          "rank 0 must return the model: found snapshots=" + snapshots.size());
    }
    return snapshots.get(0);
  }
}
