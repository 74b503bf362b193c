package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.nn.Vectors;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.ranks.RankFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Tests DL4J's Spark networks with SyncNorm's training master, in Spark's local mode. */
@Timeout(120)
class TrainingMasterTest {
  /** Relative difference allowed after {@link #STEPS} steps in float, which differ by rounding. */
  private static final double TOLERANCE = 1e-4;

  private static final int STEPS = 20;
  private static final int SLOTS = 4;

  /** Delay of each of two data sets of one batch; together longer than the deadline of a rank. */
  private static final long LATE_MILLIS = 1_300;

  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.start("TrainingMasterTest", SLOTS);
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  static Stream<Arguments> worlds() {
    return Stream.of(
        Arguments.of(Networks.MLP, 2),
        Arguments.of(Networks.MLP, 3),
        Arguments.of(Networks.MLP, 4),
        Arguments.of(Networks.CNN, 2),
        Arguments.of(Networks.CNN, 3));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void shouldEqualOneNetworkOnTheConcatenatedBatch(Networks kind, int world) {
    int batch = 4;
    List<List<DataSet>> ranks = new ArrayList<>();
    for (int rank = 0; rank < world; rank++) {
      ranks.add(kind.batches(STEPS, batch, rank));
    }
    MultiLayerNetwork one = kind.network(DataType.FLOAT);
    for (int step = 0; step < STEPS; step++) {
      int at = step;
      one.fit(DataSet.merge(ranks.stream().map(own -> own.get(at)).toList()));
    }
    MultiLayerNetwork trained =
        new SparkDl4jMultiLayer(
                spark, kind.network(DataType.FLOAT), layers(batch).averagingFrequency(1).build())
            .fit(partitioned(ranks));
    double difference = Vectors.distance(Parameters.of(one), Parameters.of(trained));
    assertTrue(difference <= TOLERANCE, "relative difference " + difference);
    assertEquals(STEPS, trained.getIterationCount());
    assertEquals(1, trained.getEpochCount());
    assertSame(
        BatchNormalization.class,
        trained.getLayerWiseConfigurations().getConf(1).getLayer().getClass());
  }

  @Test
  void shouldTrainOnEveryRowOnceWhateverTheSizesOfDataSets() {
    // 3 + 5 + 1, 7 and 0 rows in batches of 4: 3, 2 and 0 of them.
    List<List<DataSet>> ranks =
        List.of(
            List.of(Networks.MLP.rows(3, 1), Networks.MLP.rows(5, 2), Networks.MLP.rows(1, 3)),
            List.of(Networks.MLP.rows(7, 4)),
            List.of());
    MultiLayerNetwork network = Networks.MLP.network(DataType.FLOAT);
    RowCounter counter = new RowCounter();
    MultiLayerNetwork trained =
        new SparkDl4jMultiLayer(spark, network, layers(4).trainingHooks(counter).build())
            .fit(partitioned(ranks));
    assertEquals(List.of("1", "3", "4", "4", "4"), counter.sorted());
    assertEquals(3, trained.getIterationCount());
  }

  @Test
  void shouldDealRowsToTheConfiguredNumberOfWorkers() {
    List<List<DataSet>> five = new ArrayList<>();
    for (int partition = 0; partition < 5; partition++) {
      five.add(Networks.MLP.batches(3, 2, partition));
    }
    JavaRDD<DataSet> rows = partitioned(five);
    RowCounter counter = new RowCounter();
    SyncBatchNormTrainingMaster.Builder two = layers(2).trainingHooks(counter).workers(2);
    float[] first = Parameters.of(fit(rows, two));
    assertEquals(15, counter.sorted().size());
    assertArrayEquals(first, Parameters.of(fit(rows, two)));
    // Spark has no narrow dependency for barrier stages that changes the number of partitions.
    assertEquals(15, counter.rowsOf(() -> fit(rows.coalesce(2), two)).size());
    assertEquals(15, counter.rowsOf(() -> fit(rows, layers(2).trainingHooks(counter))).size());
  }

  @Test
  void shouldGiveTheSameModelWithTheSameSeed() {
    JavaRDD<DataSet> rows =
        partitioned(
            List.of(
                Networks.MLP.batches(5, 3, 0),
                Networks.MLP.batches(4, 3, 1),
                Networks.MLP.batches(5, 3, 2)));
    float[] first = Parameters.of(fit(rows, layers(3)));
    assertArrayEquals(first, Parameters.of(fit(rows, layers(3))));
  }

  /** Loading rows may take longer than training.wait-timeout. */
  @Test
  void shouldWaitForARankThatLoadsItsRowsSlowly() {
    JavaRDD<DataSet> rows =
        partitioned(List.of(Networks.MLP.batches(2, 3, 0), Networks.MLP.batches(2, 3, 1)));
    JavaRDD<DataSet> late =
        rows.mapPartitionsWithIndex(
            (rank, own) -> {
              List<DataSet> all = new ArrayList<>();
              own.forEachRemaining(all::add);
              return all.stream().peek(row -> sleep(rank == 1 ? LATE_MILLIS : 0)).iterator();
            },
            true);
    float[] expected = Parameters.of(fit(rows, layers(6)));
    SyncBatchNormTrainingMaster.Builder impatient =
        layers(6).set("training.wait-timeout=2s").set("training.max-attempts=1");
    assertArrayEquals(expected, Parameters.of(fit(late, impatient)));
    RankFailedException lost =
        assertThrows(
            RankFailedException.class,
            () -> fit(late, impatient.set("training.load-timeout=100ms")));
    assertTrue(lost.getMessage().contains("training.load-timeout = 100 ms"), lost.getMessage());
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Test
  void shouldTrainGraphsOnEveryKindOfData(@TempDir Path folder) throws Exception {
    List<DataSet> data = Networks.CNN.batches(4, 3, 0);
    ComputationGraph one = graph();
    data.forEach(one::fit);
    JavaRDD<DataSet> sets = spark.parallelize(data, 1);
    ComputationGraph onSets =
        new SparkComputationGraph(spark, graph(), layers(3).build()).fit(sets);
    assertClose(one, onSets);
    JavaRDD<MultiDataSet> multi =
        spark.parallelize(data.stream().map(DataSet::toMultiDataSet).toList(), 1);
    assertClose(
        one, new SparkComputationGraph(spark, graph(), layers(3).build()).fitMultiDataSet(multi));
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      Path file = folder.resolve("part-" + i + ".bin");
      data.get(i).save(file.toFile());
      paths.add(file.toUri().toString());
    }
    assertClose(
        one,
        new SparkComputationGraph(spark, graph(), layers(3).build())
            .fitPaths(spark.parallelize(paths, 1)));
  }

  @Test
  void shouldTrainOnFiles(@TempDir Path folder) {
    List<DataSet> data = Networks.MLP.batches(3, 4, 0);
    MultiLayerNetwork one = Networks.MLP.network(DataType.FLOAT);
    data.forEach(one::fit);
    for (int i = 0; i < data.size(); i++) {
      data.get(i).save(folder.resolve("part-" + i + ".bin").toFile());
    }
    MultiLayerNetwork trained =
        new SparkDl4jMultiLayer(
                spark, Networks.MLP.network(DataType.FLOAT), layers(4).workers(1).build())
            .fit(folder.toUri().toString());
    assertEquals(one.getIterationCount(), trained.getIterationCount());
  }

  @Test
  void shouldRefuseWhatCannotBeTrainedAndLeaveTheNetworkUnchanged() {
    JavaRDD<DataSet> rows = partitioned(List.of(Networks.MLP.batches(2, 3, 0)));
    assertRefused(
        IllegalArgumentException.class, "no rows to train on", spark.emptyRDD(), layers(3));
    assertRefused(
        IllegalArgumentException.class,
        "no rows to train on",
        partitioned(List.of(List.of(), List.of())),
        layers(3));
    assertRefused(
        SlotsException.class,
        "expected slots>=5 (training.min-slots), found slots=4",
        rows,
        layers(3).workers(5).set("training.min-slots=5"));
    DataSet narrow = new DataSet(Nd4j.rand(3, 2), Networks.MLP.rows(3, 1).getLabels());
    assertRefused(
        RankFailedException.class,
        "rank 1 failed",
        partitioned(List.of(Networks.MLP.batches(2, 3, 0), List.of(narrow))),
        layers(3));
    DataSet torn =
        new DataSet(Networks.MLP.rows(4, 1).getFeatures(), Networks.MLP.rows(3, 1).getLabels());
    assertRefused(
        RankFailedException.class,
        "all its arrays must have rows=4",
        partitioned(List.of(List.of(torn))),
        layers(3));
    MultiLayerNetwork recurrent = Networks.MLP.network(DataType.FLOAT);
    recurrent.getLayerWiseConfigurations().setBackpropType(BackpropType.TruncatedBPTT);
    assertTrue(
        assertThrows(
                UnsupportedOperationException.class,
                () -> new SparkDl4jMultiLayer(spark, recurrent, layers(3).build()).fit(rows))
            .getMessage()
            .contains("use Standard"));
  }

  @Test
  void shouldBeEqualAfterWritingAndReading() {
    SyncBatchNormTrainingMaster master =
        new SyncBatchNormTrainingMaster.Builder(17)
            .workers(3)
            .averagingFrequency(5)
            .updaterState(SyncBatchNormTrainingMaster.UpdaterState.RESET)
            .rngSeed(9)
            .engine(Engine.DL4J)
            .set("training.wait-timeout=5m")
            .collectTrainingStats()
            .build();
    String json = master.toJson();
    assertTrue(json.contains("\"training.batch-size\" : \"17\""), json);
    assertEquals(json, SyncBatchNormTrainingMaster.fromJson(json).toJson());
    assertEquals(json, SyncBatchNormTrainingMaster.fromYaml(master.toYaml()).toJson());
    assertTrue(SyncBatchNormTrainingMaster.fromJson(json).getIsCollectTrainingStats());
    assertThrows(
        IllegalArgumentException.class,
        () -> SyncBatchNormTrainingMaster.fromJson("{\"a\":\"b\"}"));
    assertThrows(
        UnsupportedOperationException.class,
        () -> master.getWorkerInstance((SparkDl4jMultiLayer) null));
  }

  private static <E extends Exception> void assertRefused(
      Class<E> type,
      String words,
      JavaRDD<DataSet> rows,
      SyncBatchNormTrainingMaster.Builder builder) {
    MultiLayerNetwork network = Networks.MLP.network(DataType.FLOAT);
    float[] before = Parameters.of(network);
    E refused =
        assertThrows(
            type, () -> new SparkDl4jMultiLayer(spark, network, builder.build()).fit(rows));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
    assertArrayEquals(before, Parameters.of(network));
    assertEquals(0, network.getIterationCount());
    assertEquals(0, network.getEpochCount());
  }

  private static SyncBatchNormTrainingMaster.Builder layers(int batchSize) {
    return new SyncBatchNormTrainingMaster.Builder(batchSize).engine(Engine.DL4J);
  }

  private static MultiLayerNetwork fit(
      JavaRDD<DataSet> rows, SyncBatchNormTrainingMaster.Builder builder) {
    return new SparkDl4jMultiLayer(spark, Networks.MLP.network(DataType.FLOAT), builder.build())
        .fit(rows);
  }

  private static ComputationGraph graph() {
    ComputationGraph graph = new ComputationGraph(Networks.CNN.graph());
    graph.init();
    return graph;
  }

  /** One partition for each list. */
  private static JavaRDD<DataSet> partitioned(List<List<DataSet>> ranks) {
    return spark.parallelize(ranks, ranks.size()).flatMap(List::iterator);
  }

  private static void assertClose(ComputationGraph expected, ComputationGraph found) {
    double difference = Vectors.distance(Parameters.of(expected), Parameters.of(found));
    assertTrue(difference <= TOLERANCE, "relative difference " + difference);
  }
}
