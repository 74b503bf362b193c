package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.config.Configuration;
import io.syncnorm.dl4j.fused.FusedChain;
import io.syncnorm.dl4j.fused.FusedNetwork;
import io.syncnorm.dl4j.fused.FusedReader;
import io.syncnorm.dl4j.fused.PackedCache;
import io.syncnorm.dl4j.layer.RowSource;
import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.ranks.HostsEvent;
import io.syncnorm.spark.ranks.RankData;
import io.syncnorm.spark.ranks.RankOpener;
import io.syncnorm.spark.ranks.ScriptedHosts;
import io.syncnorm.spark.ranks.TrainingWork;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Tests that a fit that moves to other hosts at its merges gives the network of one that stays. */
@Slow
@Timeout(120)
class MasterMovesTest {
  private static final int WORLD = 6;
  private static final int BATCH = 2;
  private static final RankListeners NOBODY = new RankListeners(List.of(), List.of());

  private static final List<String> SETTINGS =
      List.of(
          "training.world=" + WORLD,
          "training.batch-size=" + BATCH,
          "training.averaging.every=3 steps",
          "training.averaging.optimizer-state=keep");

  /** Static, so that ranks reach it in local mode. */
  private static final AtomicReference<ScriptedHosts> HOSTS = new AtomicReference<>();

  private static JavaSparkContext spark;

  private final ScriptedHosts moving = new ScriptedHosts(1, 3, 2);
  private final List<HostsEvent> events = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() {
    spark = LocalSpark.start("MasterMovesTest", 3);
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  /** So many steps that the moves are over before the epoch is. */
  @Test
  void shouldFitTheSameNetworkWithTheFusedEngine() {
    JavaRDD<DataSet> rows =
        spark.parallelize(
            IntStream.range(0, WORLD)
                .mapToObj(rank -> Networks.MLP.rows(12_000 * BATCH, rank))
                .toList(),
            WORLD);
    float[] expected = undisturbed(Engine.FUSED, configuration(), rows);
    MultiLayerNetwork network = Networks.initialized(configuration());
    TrainableNetwork.Chain chain = new TrainableNetwork.Chain(network);
    FusedChain read = FusedReader.read(network.getLayerWiseConfigurations(), WORLD);
    FusedNetwork fused = read.network();
    Blueprint blueprint = fused.blueprint();
    Configuration settings = settings(Engine.FUSED);
    try (PackedCache.Lease lease = new PackedCache().of(rows, WORLD, RowSource.dataSets(), read)) {
      Snapshot trained =
          trained(
              new FitData<>(
                  lease.data().rows(),
                  new FusedOpener(
                      settings,
                      blueprint,
                      lease.data().plan(BATCH),
                      lease.data().loading(),
                      Timeline.Recording.OFF),
                  NOBODY,
                  Timeline.Recording.OFF),
              settings,
              blueprint.architecture().widths().size(),
              fused.snapshot(chain, Snapshot.freshVelocity(settings, fused.places().length)));
      fused.restore(trained, chain);
    }
    assertMoved();
    assertArrayEquals(expected, Parameters.of(network));
  }

  /** Dropout draws the random numbers of each step. */
  @Test
  void shouldFitTheSameNetworkWithLayersOfDl4j() {
    MultiLayerConfiguration configuration = configuration();
    configuration.getConf(2).getLayer().setIDropout(new Dropout(0.7));
    JavaRDD<DataSet> rows =
        spark
            .parallelize(
                IntStream.range(0, WORLD)
                    .boxed()
                    .flatMap(rank -> Networks.MLP.batches(200, BATCH, rank).stream())
                    .toList(),
                WORLD)
            .mapPartitionsWithIndex(MasterMovesTest::slowWhileMoving, true);
    float[] expected = undisturbed(Engine.DL4J, configuration, rows);
    MultiLayerNetwork network = Networks.initialized(configuration.clone());
    TrainableNetwork.Chain chain = new TrainableNetwork.Chain(network);
    Configuration settings = settings(Engine.DL4J);
    HOSTS.set(moving);
    Snapshot trained =
        trained(
            new FitData<>(
                RankRows.inPlace(BarrierPartitions.of(rows, WORLD)),
                new LayerOpener<>(
                    settings,
                    NetworkShape.of(chain),
                    RowSource.dataSets(),
                    NOBODY,
                    Timeline.Recording.OFF),
                NOBODY,
                Timeline.Recording.OFF),
            settings,
            0,
            chain.snapshot(Snapshot.freshVelocity(settings, Math.toIntExact(network.numParams()))));
    chain.restore(trained);
    assertMoved();
    assertArrayEquals(expected, Parameters.of(network));
  }

  private static Iterator<DataSet> slowWhileMoving(int rank, Iterator<DataSet> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public DataSet next() {
        ScriptedHosts hosts = HOSTS.get();
        if (rank == 0 && hosts != null && hosts.isMoving()) {
          pause();
        }
        return rows.next();
      }
    };
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static float[] undisturbed(
      Engine engine, MultiLayerConfiguration configuration, JavaRDD<DataSet> rows) {
    SyncBatchNormTrainingMaster.Builder builder =
        new SyncBatchNormTrainingMaster.Builder().engine(engine);
    SETTINGS.forEach(builder::set);
    return Parameters.of(
        new SparkDl4jMultiLayer(spark, configuration.clone(), builder.build()).fit(rows));
  }

  private <T> Snapshot trained(
      FitData<T> data, Configuration settings, int hiddenLayers, Snapshot start) {
    TrainingWork<T> work =
        new TrainingWork<>(
            "a fit that moves",
            new Noting<>(data, events),
            new TrainingWork.Shape(
                settings, hiddenLayers, EpochReport.maxEncodedLength(start, hiddenLayers)));
    work.resume(Progress.from(start));
    Progress trained = moving.run(spark, settings, work);
    trained.states().release();
    return trained.latest();
  }

  private void assertMoved() {
    assertEquals(List.of(1, 3, 2), events.stream().map(HostsEvent::hosts).toList());
    for (int move = 1; move < events.size(); move++) {
      HostsEvent event = events.get(move);
      assertEquals("as scripted", event.why());
      assertEquals(0, event.epoch());
      assertTrue(event.step() > events.get(move - 1).step(), events.toString());
    }
  }

  private static Configuration settings(Engine engine) {
    return MasterSettings.of(
            SETTINGS.stream().map(MasterSettings::change).toList(), engine, Timeline.Recording.OFF)
        .configuration();
  }

  private static MultiLayerConfiguration configuration() {
    return Networks.MLP.configuration(
        new BatchNormalization.Builder(), new Adam(0.01), DataType.FLOAT);
  }

  /** The data of a fit, which notes where the ranks run. */
  private record Noting<T>(FitData<T> data, List<HostsEvent> events) implements RankData<T> {
    @Override
    public RankRows<T> rows() {
      return data.rows();
    }

    @Override
    public RankOpener<T> opener() {
      return data.opener();
    }

    @Override
    public boolean isComplete() {
      return data.isComplete();
    }

    @Override
    public void started() {
      data.started();
    }

    @Override
    public long maxReportBytes() {
      return data.maxReportBytes();
    }

    @Override
    public void reported(int rank, ReportBytes report) {
      data.reported(rank, report);
    }

    @Override
    public void hosts(HostsEvent event) {
      events.add(event);
    }
  }
}
