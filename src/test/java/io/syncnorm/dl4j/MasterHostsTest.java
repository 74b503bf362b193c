package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.syncnorm.spark.LocalSpark;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** Tests that a fit gives the same network on any number of task slots, with both engines. */
@Timeout(120)
class MasterHostsTest {
  private static final int WORKERS = 8;
  private static final int BATCH = 4;

  @ParameterizedTest
  @EnumSource(
      value = Engine.class,
      names = {"FUSED", "DL4J"})
  void shouldFitTheSameNetworkOnAnyNumberOfSlots(Engine engine) {
    float[] expected = fitted(engine, WORKERS);
    for (int slots : new int[] {1, 2, 3, 5}) {
      assertArrayEquals(expected, fitted(engine, slots), () -> slots + " slots");
    }
  }

  /** The second fit reads rows in place that are kept, in shards or not. */
  private static float[] fitted(Engine engine, int slots) {
    try (JavaSparkContext spark = LocalSpark.start("MasterHostsTest", slots)) {
      List<DataSet> sets =
          IntStream.range(0, WORKERS)
              .boxed()
              .flatMap(rank -> Networks.MLP.batches(3, BATCH, rank).stream())
              .toList();
      JavaRDD<DataSet> rows = spark.parallelize(sets, WORKERS).map(set -> set).cache();
      SyncBatchNormTrainingMaster master =
          new SyncBatchNormTrainingMaster.Builder(BATCH)
              .engine(engine)
              .workers(WORKERS)
              .averagingFrequency(1)
              .build();
      MultiLayerNetwork network = Networks.MLP.network(DataType.FLOAT);
      SparkDl4jMultiLayer fitting = new SparkDl4jMultiLayer(spark, network, master);
      fitting.fit(rows);
      return Parameters.of(fitting.fit(rows));
    }
  }
}
