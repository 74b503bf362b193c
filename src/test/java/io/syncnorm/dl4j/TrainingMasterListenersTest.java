package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** Tests which listeners are called for the ranks' training. */
@Timeout(120)
class TrainingMasterListenersTest {
  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("TrainingMasterListenersTest")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  @Test
  void shouldCallListenersOnTheDriverOncePerFit() {
    JavaRDD<DataSet> rows = partitioned(List.of(Networks.MLP.batches(2, 3, 0)));
    List<Double> scores = new ArrayList<>();
    BaseTrainingListener listener =
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            scores.add(model.score() + 1000 * iteration);
          }
        };
    SparkDl4jMultiLayer onSpark =
        new SparkDl4jMultiLayer(spark, Networks.MLP.network(DataType.FLOAT), layers(3).build());
    onSpark.setListeners(listener);
    onSpark.fit(rows);
    onSpark.fit(rows);
    assertEquals(2, scores.size());
    assertEquals(4000 + onSpark.getScore(), scores.get(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parameters", "gradients"})
  void shouldSendRecordsOfListenersOnRanksToTheDriver(String merge) {
    JavaRDD<DataSet> rows =
        partitioned(List.of(Networks.MLP.batches(2, 3, 0), Networks.MLP.batches(1, 3, 1)));
    VanillaStatsStorageRouter storage = new VanillaStatsStorageRouter();
    SparkDl4jMultiLayer onSpark =
        new SparkDl4jMultiLayer(
            spark,
            Networks.MLP.network(DataType.FLOAT),
            new SyncBatchNormTrainingMaster.Builder(3)
                .set("training.averaging.merge=" + merge)
                .build());
    onSpark.setListeners(storage, new StoringListener());
    onSpark.fit(rows);
    List<Long> iterations =
        storage.getUpdates().stream().map(Persistable::getTimeStamp).sorted().toList();
    assertEquals(List.of(0L, 0L, 1L), iterations);
    assertEquals(2, storage.getUpdates().stream().map(Persistable::getWorkerID).distinct().count());
  }

  @Test
  void shouldCollectStatisticsOfEveryRank(@TempDir Path folder) throws Exception {
    JavaRDD<DataSet> rows =
        partitioned(List.of(Networks.MLP.batches(2, 3, 0), Networks.MLP.batches(1, 3, 1)));
    SyncBatchNormTrainingMaster master = layers(3).collectTrainingStats().build();
    SparkDl4jMultiLayer onSpark =
        new SparkDl4jMultiLayer(spark, Networks.MLP.network(DataType.FLOAT), master);
    onSpark.fit(rows);
    onSpark.fit(rows);
    SparkTrainingStats stats = onSpark.getSparkTrainingStats();
    assertEquals(4, stats.getValue(CommonSparkTrainingStats.WORKER_FLAT_MAP_TOTAL_TIME_MS).size());
    assertEquals(
        8,
        stats
            .getValue(CommonSparkTrainingStats.WORKER_FLAT_MAP_PROCESS_MINI_BATCH_TIMES_MS)
            .size());
    assertTrue(stats.statsAsString().contains("WorkerFlatMapTotalTimeMs"));
    stats.exportStatFiles(folder.toUri().toString(), spark.sc());
    onSpark.setCollectTrainingStats(false);
    onSpark.fit(rows);
    assertEquals(4, stats.getValue(CommonSparkTrainingStats.WORKER_FLAT_MAP_TOTAL_TIME_MS).size());
  }

  private static SyncBatchNormTrainingMaster.Builder layers(int batchSize) {
    return new SyncBatchNormTrainingMaster.Builder(batchSize).engine(Engine.DL4J);
  }

  /** One partition for each list. */
  private static JavaRDD<DataSet> partitioned(List<List<DataSet>> ranks) {
    return spark.parallelize(ranks, ranks.size()).flatMap(List::iterator);
  }
}
