package io.syncnorm.dl4j;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.data.Piece;
import io.syncnorm.dl4j.fused.FusedChain;
import io.syncnorm.dl4j.fused.FusedNetwork;
import io.syncnorm.dl4j.fused.FusedReader;
import io.syncnorm.dl4j.fused.NotFusedException;
import io.syncnorm.dl4j.fused.PackedCache;
import io.syncnorm.dl4j.layer.LayerTrainee;
import io.syncnorm.dl4j.layer.RowSource;
import io.syncnorm.dl4j.layer.Settling;
import io.syncnorm.dl4j.layer.Synchronizable;
import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.ranks.Encryption;
import io.syncnorm.spark.ranks.TrainingWork;
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

/** One epoch of training over an RDD, which starts from the driver's network and updates it. */
final class Fit {
  private static final Logger LOG = LoggerFactory.getLogger(Fit.class);

  private final JavaSparkContext spark;
  private final MasterSettings settings;
  private final RankListeners listeners;
  private final PackedCache packed;
  private final CarriedState carried;

  /**
   * @param packed shared by consecutive fits, so that the next epoch over the same rows reuses them
   * @param carried shared by consecutive fits of a network
   */
  Fit(
      JavaSparkContext spark,
      MasterSettings settings,
      RankListeners listeners,
      PackedCache packed,
      CarriedState carried) {
    this.spark = spark;
    this.settings = settings;
    this.listeners = listeners;
    this.packed = packed;
    this.carried = carried;
  }

  /**
   * Results of a fit other than the network.
   *
   * @param epoch result of the epoch
   * @param data training data, with the other reports of the ranks
   */
  record Result(EpochResult epoch, FitData<?> data) {}

  /**
   * Trains one epoch.
   *
   * @param network updated at the end, and only if the fit succeeds
   */
  <T> Result run(TrainableNetwork network, JavaRDD<T> rows, RowSource<T> source) {
    Encryption.check(spark, settings.configuration());
    Synchronizable.require(network);
    int world = world(rows);
    TaskSlots.sharing(spark, world).ifPresent(LOG::info);
    if (settings.engine() == Engine.DL4J) {
      LOG.info("training one epoch on {} ranks with DL4J's layers, as configured", world);
      return inLayers(network, rows, source, world);
    }
    try {
      TrainableNetwork.Chain chain = requireChain(network);
      FusedChain read =
          FusedReader.read(
              chain.network().getLayerWiseConfigurations(),
              FusedReader.ranksBesideNormalization(settings.configuration(), world));
      try (PackedCache.Lease lease = packed.of(rows, world, source, read)) {
        if (lease.sizes().isEmpty()) {
          throw empty(world);
        }
        FusedNetwork fused = read.network(lease.sizes());
        Blueprint blueprint = fused.blueprint();
        LOG.info("training one epoch on {} ranks with the fused engine", world);
        FitData<Piece> data =
            new FitData<>(
                lease.data().rows(),
                new FusedOpener(
                    settings.configuration(),
                    blueprint,
                    lease.data().plan(settings.configuration().get(Keys.BATCH_SIZE)),
                    lease.data().loading(),
                    settings.recording()),
                listeners,
                settings.recording());
        return train(
            network,
            fused.snapshot(chain, velocity(network, Engine.FUSED, fused.places().length)),
            Engine.FUSED,
            blueprint.architecture().widths().size(),
            data,
            trained -> fused.restore(trained, chain));
      }
    } catch (NotFusedException e) {
      if (settings.engine() == Engine.FUSED) {
        throw new IllegalArgumentException(
            "the fused engine cannot train this network on this data: %s; use engine AUTO or DL4J"
                .formatted(e.getMessage()),
            e);
      }
      LOG.info(
          "training one epoch on {} ranks with DL4J's layers; the fused engine cannot train it: {}",
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
      throw new NotFusedException("hooks or listeners need the network at each mini-batch");
    }
    return chain;
  }

  private <T> Result inLayers(
      TrainableNetwork network, JavaRDD<T> rows, RowSource<T> source, int world) {
    List<String> only = new ArrayList<>(LayerTrainee.onlySettings(settings.configuration()));
    if (settings.configuration().get(Keys.TELEMETRY) == Keys.Telemetry.ON) {
      only.add("training.telemetry = off");
    }
    if (!only.isEmpty()) {
      throw new IllegalArgumentException(
          "DL4J's layers support only %s; change these settings, or use the fused engine (the log says why it is not used)"
              .formatted(String.join(", ", only)));
    }
    int parameters = Math.toIntExact(network.model().numParams());
    return train(
        network,
        network.snapshot(velocity(network, Engine.DL4J, parameters)),
        Engine.DL4J,
        0,
        new FitData<>(
            RankRows.inPlace(BarrierPartitions.of(rows, world)),
            new LayerOpener<>(
                settings.configuration(),
                NetworkShape.of(network),
                source,
                listeners,
                settings.recording()),
            listeners,
            settings.recording()),
        network::restore);
  }

  /**
   * Runs the ranks and updates the driver's network.
   *
   * @param home writes the trained snapshot into the network
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
    work.resume(carried.progress(network.model(), engine, start, data.world()));
    Progress trained = work.run(spark);
    EpochResult epoch = trained.history().get(0);
    if (epoch.rows() == 0) {
      throw empty(data.world());
    }
    home.accept(trained.latest());
    carried.keep(network.model(), engine, trained);
    network.setScore(epoch.trainLoss());
    Settling.remark(network, network.iterationCount()).ifPresent(LOG::warn);
    return new Result(epoch, data);
  }

  private float[] velocity(TrainableNetwork network, Engine engine, int parameters) {
    float[] fresh = Snapshot.freshVelocity(settings.configuration(), parameters);
    return carried.velocity(network.model(), engine, fresh);
  }

  private int world(JavaRDD<?> rows) {
    Configuration configuration = settings.configuration();
    if (configuration.get(Keys.WORLD) instanceof WorldSize.Fixed fixed) {
      TaskSlots.awaitStart(
          spark,
          fixed.ranks(),
          configuration.get(Keys.MIN_SLOTS),
          configuration.get(Keys.SLOT_TIMEOUT));
      return fixed.ranks();
    }
    if (rows.getNumPartitions() == 0) {
      throw empty(0);
    }
    return TaskSlots.settled(spark, rows.getNumPartitions(), configuration.get(Keys.SLOT_TIMEOUT));
  }

  private static IllegalArgumentException empty(int partitions) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "no rows to train on: expected rows>=1, found rows=0 in partitions=%d of the RDD; the network is unchanged",
            partitions));
  }
}
