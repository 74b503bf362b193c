package io.syncnorm.dl4j;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.WorldSize;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.RankProgram;
import io.syncnorm.spark.RankStage;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.TaskSlots;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One epoch of a network over an RDD, from the driver's network to the driver's network. */
final class Fit {
  private static final Logger LOG = LoggerFactory.getLogger(Fit.class);

  private final JavaSparkContext spark;
  private final MasterSettings settings;
  private final RankListeners listeners;
  private final PackedCache packed;

  /**
   * @param packed outlives the fit, so that the next epoch over the same rows finds them packed
   */
  Fit(
      JavaSparkContext spark,
      MasterSettings settings,
      RankListeners listeners,
      PackedCache packed) {
    this.spark = spark;
    this.settings = settings;
    this.listeners = listeners;
    this.packed = packed;
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
    SparkSettingException.requireNone(spark);
    Synchronizable.require(network);
    NetworkVectors.requireReportable(network);
    int world = world(rows);
    if (settings.engine() == Engine.DL4J) {
      LOG.info("one epoch on {} ranks in DL4J's layers, as told", world);
      return inLayers(network, rows, source, world);
    }
    try {
      FusedFit fused = FusedFit.of(network, world, settings, listeners);
      try (PackedCache.Lease lease = packed.of(rows, world, source, fused.architecture())) {
        LOG.info("one epoch on {} ranks in the fused engine", world);
        return fused(network, fused, lease.rows());
      }
    } catch (NotFusedException e) {
      if (settings.engine() == Engine.FUSED) {
        throw new IllegalArgumentException(
            "the fused engine cannot train this network on this data: %s; let the engine be AUTO or DL4J"
                .formatted(e.getMessage()),
            e);
      }
      LOG.info(
          "one epoch on {} ranks in DL4J's layers; not in the fused engine because {}",
          world,
          e.getMessage());
      return inLayers(network, rows, source, world);
    }
  }

  private <T> Result inLayers(
      TrainableNetwork network, JavaRDD<T> rows, RowSource<T> source, int world) {
    NetworkStart start = NetworkStart.of(network);
    return train(
        network,
        start,
        BarrierPartitions.of(rows, world),
        sent ->
            new LayerProgram<>(
                settings.configuration(), sent, source, listeners, settings.recording()),
        start.vectors(),
        UnaryOperator.identity());
  }

  private Result fused(TrainableNetwork network, FusedFit fused, JavaRDD<PackedRows> rows) {
    FusedStart start = fused.start();
    return train(
        network,
        start,
        rows,
        sent -> new FusedProgram(settings.configuration(), sent, settings.recording()),
        FusedStart.vectors(start.state(), start.optimizer()),
        fused::home);
  }

  /**
   * @param like vectors as the ranks report them
   * @param home makes the network's of them
   */
  private <S extends Serializable, T> Result train(
      TrainableNetwork network,
      S start,
      JavaRDD<T> partitions,
      Function<Sent<S>, RankProgram<T>> program,
      NetworkVectors like,
      UnaryOperator<NetworkVectors> home) {
    Sent<S> sent = Sent.of(spark, start);
    FitWork<T> work =
        new FitWork<>(
            String.format(
                Locale.ROOT,
                "synchronized fit: one epoch on %d ranks",
                partitions.getNumPartitions()),
            partitions,
            program.apply(sent),
            like);
    try {
      new RankStage(spark, settings.configuration().training().faults()).run(work);
    } finally {
      Interruption.despite(sent::destroy);
    }
    EpochLoop.Outcome epoch = work.outcome().epoch();
    if (epoch.rows() == 0) {
      throw empty(partitions);
    }
    network.setVectors(home.apply(work.outcome().vectors()));
    network.setIterationCount(network.iterationCount() + epoch.steps());
    network.setScore(epoch.meanLoss());
    Settling.remark(network, network.iterationCount()).ifPresent(LOG::warn);
    return new Result(epoch.meanLoss(), work.timelines(), work.records());
  }

  private int world(JavaRDD<?> rows) {
    Configuration configuration = settings.configuration();
    if (configuration.training().world() instanceof WorldSize.Fixed fixed) {
      return fixed.ranks();
    }
    if (rows.getNumPartitions() == 0) {
      throw empty(rows);
    }
    return TaskSlots.settled(
        spark, rows.getNumPartitions(), configuration.training().faults().slotTimeout());
  }

  private static IllegalArgumentException empty(JavaRDD<?> rows) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "there is nothing to train on: the RDD has no rows in its partitions=%d; the network is as it was",
            rows.getNumPartitions()));
  }
}
