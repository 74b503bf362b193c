package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.dl4j.SyncBatchNormTrainingMaster.UpdaterState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Compares the fused engine with DL4J's own layers under the same training master. */
@Timeout(120)
class FusedEngineTest {
  /** Difference allowed after three epochs: float rounding in another order of summation. */
  private static final double TOLERANCE = 1e-4;

  private static final int INPUTS = FusableNetworks.INPUTS;
  private static final int CLASSES = FusableNetworks.CLASSES;
  private static final AtomicInteger version = new AtomicInteger();
  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[3]")
                .setAppName("FusedEngineTest")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  @ParameterizedTest
  @EnumSource(FusableNetworks.class)
  void shouldTrainToTheSameNetworkWithSgd(FusableNetworks kind) {
    JavaRDD<DataSet> rows = rows();
    MultiLayerNetwork layers = train(kind, new Sgd(0.1), rows, Engine.DL4J);
    MultiLayerNetwork fused = train(kind, new Sgd(0.1), rows, Engine.FUSED);
    assertClose(layers.params(), fused.params());
    assertEquals(layers.getIterationCount(), fused.getIterationCount());
    assertEquals(layers.score(), fused.score(), TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(FusableNetworks.class)
  void shouldTrainToTheSameNetworkAndStateWithAdam(FusableNetworks kind) {
    JavaRDD<DataSet> rows = rows();
    MultiLayerNetwork layers = train(kind, new Adam(0.01), rows, Engine.DL4J);
    MultiLayerNetwork fused = train(kind, new Adam(0.01), rows, Engine.AUTO);
    INDArray test = batch(40, 77).getFeatures();
    assertClose(layers.output(test), fused.output(test));
    assertClose(layers.params(), fused.params());
    assertClose(layers.getUpdater().getStateViewArray(), fused.getUpdater().getStateViewArray());
  }

  @ParameterizedTest
  @EnumSource(FusableNetworks.class)
  void shouldTrainToTheSameNetworkOnOneRank(FusableNetworks kind) {
    JavaRDD<DataSet> rows = spark.parallelize(List.of(batch(20, 1), batch(17, 2)), 1);
    // Only here does Adam not amplify the rounding noise of a gradient that is zero.
    IUpdater updater = kind == FusableNetworks.BIAS_BEFORE_NORM ? new Sgd(0.1) : new Adam(0.01);
    assertClose(
        train(kind, updater, rows, Engine.DL4J).params(),
        train(kind, updater, rows, Engine.FUSED).params());
  }

  @Test
  void shouldContinueInEitherEngineFromTheOther() {
    JavaRDD<DataSet> rows = rows();
    MultiLayerNetwork mixed = FusableNetworks.NORM_AFTER_ACTIVATION.network(new Adam(0.01));
    for (Engine engine : List.of(Engine.DL4J, Engine.FUSED, Engine.DL4J)) {
      new SparkDl4jMultiLayer(spark, mixed, master(engine)).fit(rows);
    }
    MultiLayerNetwork layers =
        train(FusableNetworks.NORM_AFTER_ACTIVATION, new Adam(0.01), rows, Engine.DL4J);
    assertClose(layers.params(), mixed.params());
  }

  @Test
  void shouldPackAPersistedRddOnceForAllEpochsUntilItIsUnpersisted() {
    version.set(1);
    LongAccumulator reads = spark.sc().longAccumulator();
    JavaRDD<DataSet> rows = versioned(reads).persist(StorageLevel.MEMORY_ONLY());
    SyncBatchNormTrainingMaster master = master(Engine.FUSED);
    SparkDl4jMultiLayer network = plain(master);
    network.fit(rows);
    Set<Integer> packed = persisted();
    network.fit(rows);
    assertEquals(packed, persisted());
    assertEquals(2, packed.size());
    assertEquals(1, reads.value());

    rows.unpersist(true); // before it is persisted again
    version.set(2);
    rows.persist(StorageLevel.MEMORY_ONLY());
    rows.count(); // persisted again, with other rows
    assertEquals(2, reads.value());
    assertTrainsOn(batch(24, 2), network, () -> network.fit(rows));
    rows.unpersist();
    master.deleteTempFiles(spark);
    assertEquals(Set.of(), persisted());
  }

  @Test
  void shouldReadAnRddThatIsNotPersistedInEachEpochAndCacheNothing() {
    version.set(1);
    LongAccumulator reads = spark.sc().longAccumulator();
    JavaRDD<DataSet> rows = versioned(reads);
    SparkDl4jMultiLayer network = plain(master(Engine.FUSED));
    network.fit(rows);
    version.set(2);
    assertTrainsOn(batch(24, 2), network, () -> network.fit(rows));
    assertEquals(2, reads.value());
    assertEquals(Set.of(), persisted());
  }

  @Test
  void shouldReadFilesInEachFitWithItsOwnLoader() {
    JavaRDD<String> paths = spark.parallelize(List.of("file:/rows"), 1).cache();
    SparkDl4jMultiLayer network = plain(master(Engine.FUSED));
    network.fitPaths(paths, new Drawn(1));
    assertTrainsOn(batch(24, 2), network, () -> network.fitPaths(paths, new Drawn(2)));
    paths.unpersist();
  }

  private record Drawn(long seed) implements DataSetLoader {
    @Override
    public DataSet load(Source source) {
      return batch(24, seed);
    }
  }

  /** Rows that change whenever they are recomputed with another version. */
  private static JavaRDD<DataSet> versioned(LongAccumulator reads) {
    return spark
        .parallelize(List.of(0), 1)
        .map(
            any -> {
              reads.add(1);
              return batch(24, version.get());
            });
  }

  /** Asserts that a fit changes a network exactly as training on these rows does. */
  private static void assertTrainsOn(DataSet rows, SparkDl4jMultiLayer network, Runnable fit) {
    MultiLayerNetwork expected = network.getNetwork().clone();
    new SparkDl4jMultiLayer(spark, expected, master(Engine.FUSED))
        .fit(spark.parallelize(List.of(rows), 1));
    fit.run();
    assertArrayEquals(Parameters.of(expected), Parameters.of(network.getNetwork()));
  }

  private static SparkDl4jMultiLayer plain(SyncBatchNormTrainingMaster master) {
    return new SparkDl4jMultiLayer(spark, FusableNetworks.PLAIN.network(new Sgd(0.1)), master);
  }

  private static Set<Integer> persisted() {
    return Set.copyOf(spark.getPersistentRDDs().keySet());
  }

  @Test
  void shouldResetAdamsStateOnlyWhenConfigured() {
    JavaRDD<DataSet> rows = rows();
    MultiLayerNetwork reset = FusableNetworks.MIXED.network(new Adam(0.01));
    new SparkDl4jMultiLayer(
            spark, reset, builder().updaterState(UpdaterState.RESET).engine(Engine.AUTO).build())
        .fit(rows);
    assertEquals(0, reset.getUpdater().getStateViewArray().norm2Number().doubleValue());
    MultiLayerNetwork kept = FusableNetworks.MIXED.network(new Adam(0.01));
    MultiLayerNetwork keptInLayers = FusableNetworks.MIXED.network(new Adam(0.01));
    SyncBatchNormTrainingMaster.Builder keep = builder().updaterState(UpdaterState.KEPT);
    new SparkDl4jMultiLayer(spark, kept, keep.engine(Engine.FUSED).build()).fit(rows);
    new SparkDl4jMultiLayer(spark, keptInLayers, keep.engine(Engine.DL4J).build()).fit(rows);
    assertClose(
        keptInLayers.getUpdater().getStateViewArray(), kept.getUpdater().getStateViewArray());
  }

  @Test
  void shouldGiveABitIdenticalModel() {
    JavaRDD<DataSet> rows = rows();
    float[] first =
        Parameters.of(train(FusableNetworks.BIAS_BEFORE_NORM, new Adam(0.01), rows, Engine.FUSED));
    assertArrayEquals(
        first,
        Parameters.of(train(FusableNetworks.BIAS_BEFORE_NORM, new Adam(0.01), rows, Engine.FUSED)));
  }

  @Test
  void shouldTrainToTheSameModelFromDisk() {
    JavaRDD<DataSet> rows = rows().cache();
    List<float[]> models = new ArrayList<>();
    for (String memory : List.of("data.memory=auto", "data.memory=0b")) {
      SyncBatchNormTrainingMaster master = builder().set(memory).engine(Engine.FUSED).build();
      SparkDl4jMultiLayer network =
          new SparkDl4jMultiLayer(
              spark, FusableNetworks.BIAS_BEFORE_NORM.network(new Adam(0.01)), master);
      network.fit(rows);
      network.fit(rows);
      models.add(Parameters.of(network.getNetwork()));
      master.deleteTempFiles(spark);
    }
    assertArrayEquals(models.get(0), models.get(1));
    rows.unpersist();
  }

  @Test
  void shouldReportWhyItCannotTrainAndFallBackToDl4jLayers() {
    JavaRDD<DataSet> rows = rows();
    assertNotFused("its updater is AdaGrad", FusableNetworks.PLAIN.network(new AdaGrad(0.1)), rows);
    assertNotFused(
        "layer 1 has gradient normalization",
        FusableNetworks.MIXED.network(
            new Sgd(0.1),
            all -> all.gradientNormalization(GradientNormalization.RenormalizeL2PerLayer)),
        rows);
    assertNotFused(
        "it has regularization L1",
        FusableNetworks.PLAIN.network(new Sgd(0.1), all -> all.l1(0.1)),
        rows);
    DataSet soft = batch(6, 1);
    soft.setLabels(Nd4j.valueArrayOf(6, CLASSES, 1.0 / CLASSES));
    JavaRDD<DataSet> softRows = spark.parallelize(List.of(soft), 1);
    assertNotFused("labels are not one-hot", FusableNetworks.PLAIN.network(new Sgd(0.1)), softRows);
    assertEquals(
        1,
        new SparkDl4jMultiLayer(
                spark, FusableNetworks.PLAIN.network(new Sgd(0.1)), master(Engine.AUTO))
            .fit(softRows)
            .getEpochCount());
    MultiLayerConfiguration noise =
        FusableNetworks.list(new Sgd(0.1))
            .layer(
                new DenseLayer.Builder()
                    .nIn(INPUTS)
                    .nOut(4)
                    .dropOut(new GaussianDropout(0.5))
                    .build())
            .layer(FusableNetworks.output(4))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(noise);
    network.init();
    assertNotFused("layer 0 has GaussianDropout", network, rows);
  }

  @ParameterizedTest
  @EnumSource(FusableImages.class)
  void shouldTrainConvolutionsToTheSameNetworkAndState(FusableImages kind) {
    JavaRDD<DataSet> rows = spark.parallelize(List.of(images(kind, 20, 1), images(kind, 13, 2)), 2);
    List<MultiLayerNetwork> trained = new ArrayList<>();
    for (Engine engine : List.of(Engine.DL4J, Engine.FUSED)) {
      MultiLayerNetwork network = kind.network(new Adam(0.003));
      SparkDl4jMultiLayer onSpark = new SparkDl4jMultiLayer(spark, network, master(engine));
      onSpark.fit(rows);
      onSpark.fit(rows);
      trained.add(network);
    }
    MultiLayerNetwork layers = trained.get(0);
    MultiLayerNetwork fused = trained.get(1);
    assertClose(layers.params(), fused.params());
    assertClose(layers.getUpdater().getStateViewArray(), fused.getUpdater().getStateViewArray());
  }

  private static DataSet images(FusableImages kind, int rows, long seed) {
    Random random = new Random(seed);
    long[] shape = new long[kind.rowShape().length + 1];
    shape[0] = rows;
    System.arraycopy(kind.rowShape(), 0, shape, 1, kind.rowShape().length);
    INDArray features = Nd4j.create(shape);
    for (long i = 0; i < features.length(); i++) {
      features.putScalar(i, random.nextGaussian());
    }
    INDArray labels = Nd4j.zeros(rows, FusableImages.CLASSES);
    for (int row = 0; row < rows; row++) {
      labels.putScalar(row, random.nextInt(FusableImages.CLASSES), 1);
    }
    return new DataSet(features, labels);
  }

  private static void assertNotFused(
      String reason, MultiLayerNetwork network, JavaRDD<DataSet> rows) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new SparkDl4jMultiLayer(spark, network, master(Engine.FUSED)).fit(rows))
            .getMessage();
    assertTrue(message.contains(reason), message);
  }

  private static MultiLayerNetwork train(
      FusableNetworks kind, IUpdater updater, JavaRDD<DataSet> rows, Engine engine) {
    MultiLayerNetwork network = kind.network(updater);
    SparkDl4jMultiLayer onSpark = new SparkDl4jMultiLayer(spark, network, master(engine));
    for (int epoch = 0; epoch < 3; epoch++) {
      onSpark.fit(rows);
    }
    return network;
  }

  private static SyncBatchNormTrainingMaster master(Engine engine) {
    return builder().engine(engine).build();
  }

  private static SyncBatchNormTrainingMaster.Builder builder() {
    return new SyncBatchNormTrainingMaster.Builder(8).averagingFrequency(3);
  }

  /** Three unequal partitions: 37, 20 and 9 rows. */
  private static JavaRDD<DataSet> rows() {
    List<List<DataSet>> partitions =
        List.of(List.of(batch(20, 1), batch(17, 2)), List.of(batch(20, 3)), List.of(batch(9, 4)));
    return spark.parallelize(partitions, 3).flatMap(List::iterator);
  }

  private static DataSet batch(int rows, long seed) {
    Random random = new Random(seed);
    INDArray features = Nd4j.create(rows, INPUTS);
    INDArray labels = Nd4j.zeros(rows, CLASSES);
    for (int row = 0; row < rows; row++) {
      int label = random.nextInt(CLASSES);
      for (int i = 0; i < INPUTS; i++) {
        features.putScalar(row, i, 1 + random.nextGaussian() + (i % CLASSES == label ? 1 : 0));
      }
      labels.putScalar(row, label, 1);
    }
    return new DataSet(features, labels);
  }

  private static void assertClose(INDArray expected, INDArray found) {
    double difference = expected.distance2(found) / expected.norm2Number().doubleValue();
    assertTrue(difference <= TOLERANCE, "relative difference " + difference);
  }
}
