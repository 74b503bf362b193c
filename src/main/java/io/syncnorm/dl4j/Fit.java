package io.syncnorm.dl4j;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.dl4j.fused.FusedNetwork;
import io.syncnorm.dl4j.fused.FusedReader;
import io.syncnorm.dl4j.fused.NotFusedException;
import io.syncnorm.dl4j.fused.PackedCache;
import io.syncnorm.dl4j.fused.PackedRows;
import io.syncnorm.dl4j.layer.LayerTrainee;
import io.syncnorm.dl4j.layer.RowSource;
import io.syncnorm.dl4j.layer.Settling;
import io.syncnorm.dl4j.layer.Synchronizable;
import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.TrainingWork;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
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
  private final CarriedVelocity carried;

  /**
   * @param packed outlives the fit, so that the next epoch over the same rows finds them packed
   * @param carried outlives it, too: what the outer optimizer remembers
   */
  Fit(
      JavaSparkContext spark,
      MasterSettings settings,
      RankListeners listeners,
      PackedCache packed,
      CarriedVelocity carried) {
    this.spark = spark;
    this.settings = settings;
    this.listeners = listeners;
    this.packed = packed;
    this.carried = carried;
  }

  /**
   * What there is to say besides the network.
   *
   * @param epoch what it came to
   * @param data with what the ranks have reported besides
   */
  record Result(EpochResult epoch, FitData<?> data) {}

  /**
   * @param network changed at the end, and only if all went well
   */
  <T> Result run(TrainableNetwork network, JavaRDD<T> rows, RowSource<T> source) {
    SparkSettingException.requireNone(spark);
    Synchronizable.require(network);
    int world = world(rows);
    if (settings.engine() == Engine.DL4J) {
      LOG.info("one epoch on {} ranks in DL4J's layers, as told", world);
      return inLayers(network, rows, source, world);
    }
    try {
      TrainableNetwork.Chain chain = requireChain(network);
      FusedNetwork fused =
          FusedReader.read(chain.network().getLayerWiseConfigurations(), ranksBesideNorm(world));
      Blueprint blueprint = fused.blueprint();
      try (PackedCache.Lease lease = packed.of(rows, world, source, blueprint.architecture())) {
        LOG.info("one epoch on {} ranks in the fused engine", world);
        FitData<PackedRows> data =
            new FitData<>(
                lease.rows(),
                new FusedOpener(settings.configuration(), blueprint, settings.recording()));
        return train(
            network,
            fused.snapshot(chain, velocity(network, Engine.FUSED, fused.places().length)),
            Engine.FUSED,
            blueprint.architecture().hidden().size(),
            data,
            trained -> fused.restore(trained, chain));
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

  private TrainableNetwork.Chain requireChain(TrainableNetwork network) {
    if (!(network instanceof TrainableNetwork.Chain chain)) {
      throw new NotFusedException("the network is a graph");
    }
    if (!listeners.isEmpty()) {
      throw new NotFusedException("hooks or listeners want to see the network at each mini-batch");
    }
    return chain;
  }

  /**
   * Ranks whose gradient is followed together with those that normalize together: 1 where these are
   * the same, so that a bias before normalization has no gradient.
   */
  private int ranksBesideNorm(int world) {
    Configuration configuration = settings.configuration();
    boolean isOfAll = configuration.get(Keys.AVERAGING_MERGE) == Keys.Merge.GRADIENTS;
    return isOfAll || configuration.get(Keys.BATCH_NORM_SYNC).ranksOf(world) == 1 ? 1 : world;
  }

  private <T> Result inLayers(
      TrainableNetwork network, JavaRDD<T> rows, RowSource<T> source, int world) {
    List<String> only = new ArrayList<>(LayerTrainee.onlySettings(settings.configuration()));
    if (settings.configuration().get(Keys.TELEMETRY) == Keys.Telemetry.ON) {
      only.add("training.telemetry = off");
    }
    if (!only.isEmpty()) {
      throw new IllegalArgumentException(
          "in DL4J's layers there is only %s, and the fused engine cannot train this network, or was not to"
              .formatted(String.join(", ", only)));
    }
    int parameters = Math.toIntExact(network.model().numParams());
    return train(
        network,
        network.snapshot(velocity(network, Engine.DL4J, parameters)),
        Engine.DL4J,
        0,
        new FitData<>(
            BarrierPartitions.of(rows, world),
            new LayerOpener<>(
                settings.configuration(),
                NetworkShape.of(network),
                source,
                listeners,
                settings.recording())),
        network::restore);
  }

  /**
   * @param home makes the network what the ranks came to
   */
  private <T> Result train(
      TrainableNetwork network,
      Snapshot start,
      Engine engine,
      int hiddenLayers,
      FitData<T> data,
      Consumer<Snapshot> home) {
    TrainingWork<T> work =
        new TrainingWork<>(
            String.format(Locale.ROOT, "synchronized fit: one epoch on %d ranks", data.world()),
            data,
            new TrainingWork.Shape(
                settings.configuration(),
                hiddenLayers,
                EpochReport.maxEncodedLength(start, hiddenLayers)));
    work.resume(Progress.from(start));
    Progress trained = work.run(spark);
    EpochResult epoch = trained.history().get(0);
    if (epoch.rows() == 0) {
      throw empty(data.partitions());
    }
    home.accept(trained.latest());
    carried.keep(network.model(), engine, trained.latest().outerVelocity());
    network.setScore(epoch.trainLoss());
    Settling.remark(network, network.iterationCount()).ifPresent(LOG::warn);
    return new Result(epoch, data);
  }

  private float[] velocity(TrainableNetwork network, Engine engine, int parameters) {
    float[] fresh = Snapshot.freshVelocity(settings.configuration(), parameters);
    return carried.of(network.model(), engine, fresh);
  }

  private int world(JavaRDD<?> rows) {
    Configuration configuration = settings.configuration();
    if (configuration.get(Keys.WORLD) instanceof WorldSize.Fixed fixed) {
      return fixed.ranks();
    }
    if (rows.getNumPartitions() == 0) {
      throw empty(rows);
    }
    return TaskSlots.settled(spark, rows.getNumPartitions(), configuration.get(Keys.SLOT_TIMEOUT));
  }

  private static IllegalArgumentException empty(JavaRDD<?> rows) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "there is nothing to train on: the RDD has no rows in its partitions=%d; the network is as it was",
            rows.getNumPartitions()));
  }
}
