package io.syncnorm.dl4j;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.WorldSize;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.RankProgram;
import io.syncnorm.spark.RankStage;
import io.syncnorm.spark.TaskSlots;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** One epoch of a network over an RDD, from the driver's network to the driver's network. */
final class Fit {
  private final JavaSparkContext spark;
  private final MasterSettings settings;
  private final RankListeners listeners;

  Fit(JavaSparkContext spark, MasterSettings settings, RankListeners listeners) {
    this.spark = spark;
    this.settings = settings;
    this.listeners = listeners;
  }

  /**
   * What there is to say besides the network.
   *
   * @param meanLoss over the epoch's rows as they were trained on
   * @param timelines by rank; empty where they were not recorded
   * @param records what listeners on the ranks have stored
   */
  record Result(
      double meanLoss, Map<Integer, Timeline.Events> timelines, List<StoredRecord> records) {}

  /**
   * @param network changed at the end, and only if all went well
   */
  <T> Result run(TrainableNetwork network, JavaRDD<T> rows, RowSource<T> source) {
    Synchronizable.require(network);
    NetworkStart start = NetworkStart.of(network);
    int world = world(rows);
    FitWork<T> work;
    Broadcast<NetworkStart> sent = spark.broadcast(start);
    try {
      RankProgram<T> program =
          new LayerProgram<>(
              settings.configuration(), sent, source, listeners, settings.recording());
      work =
          new FitWork<>(
              "synchronized fit: one epoch on %d ranks".formatted(world),
              BarrierPartitions.of(rows, world),
              () -> program,
              start.vectors());
      new RankStage(spark, settings.configuration().training().faults()).run(work);
    } finally {
      sent.destroy();
    }
    FitOutcome outcome = work.outcome();
    if (outcome.epoch().rows() == 0) {
      throw empty(rows);
    }
    network.setVectors(outcome.vectors());
    network.setIterationCount(network.iterationCount() + outcome.epoch().steps());
    network.setScore(outcome.epoch().meanLoss());
    return new Result(outcome.epoch().meanLoss(), work.timelines(), work.records());
  }

  private int world(JavaRDD<?> rows) {
    Configuration configuration = settings.configuration();
    if (configuration.training().world() instanceof WorldSize.Fixed fixed) {
      return fixed.ranks();
    }
    if (rows.getNumPartitions() == 0) {
      throw empty(rows);
    }
    return Math.min(
        rows.getNumPartitions(),
        TaskSlots.settled(spark, configuration.training().faults().slotTimeout()));
  }

  private static IllegalArgumentException empty(JavaRDD<?> rows) {
    return new IllegalArgumentException(
        "there is nothing to train on: the RDD has no rows in its partitions=%d; the network is as it was"
            .formatted(rows.getNumPartitions()));
  }
}
