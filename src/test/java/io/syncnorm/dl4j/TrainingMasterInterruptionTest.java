package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** Tests fits of the training master whose thread is interrupted while rows are read. */
@Timeout(60)
class TrainingMasterInterruptionTest {
  private static CountDownLatch reading;
  private static CountDownLatch released;
  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("TrainingMasterInterruptionTest")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Engine.class,
      names = {"FUSED", "DL4J"})
  void shouldEndAndLeaveTheNetworkUnchanged(Engine engine) throws InterruptedException {
    reading = new CountDownLatch(1);
    released = new CountDownLatch(1);
    MultiLayerNetwork network = Networks.MLP.network(DataType.FLOAT);
    float[] before = Parameters.of(network);
    SyncBatchNormTrainingMaster master =
        new SyncBatchNormTrainingMaster.Builder(4).engine(engine).build();
    SparkDl4jMultiLayer onSpark = new SparkDl4jMultiLayer(spark, network, master);
    Thread caller = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              try {
                reading.await();
                caller.interrupt();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    interrupter.start();
    try {
      assertThrows(CancellationException.class, () -> onSpark.fit(rows(true)));
      assertTrue(Thread.interrupted(), "the thread must still be marked as interrupted");
      assertEquals(1, released.getCount());
      assertArrayEquals(before, Parameters.of(network));
      awaitNoJobs();
      onSpark.fit(rows(false));
    } finally {
      released.countDown();
      interrupter.interrupt();
    }
    assertTrue(network.getIterationCount() > 0);
  }

  private static void awaitNoJobs() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (spark.statusTracker().getActiveJobIds().length > 0) {
      assertTrue(System.nanoTime() < end, "a job is still running");
      Thread.sleep(10);
    }
  }

  /** Returns rows on two partitions; slow ones are not delivered while the test runs. */
  private static JavaRDD<DataSet> rows(boolean slow) {
    List<DataSet> all = Networks.MLP.batches(4, 4, 0);
    return spark
        .parallelize(all, 2)
        .map(
            rows -> {
              if (slow) {
                reading.countDown();
                released.await();
              }
              return rows;
            });
  }
}
