package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.Slow;
import io.syncnorm.comm.PeerException;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.ranks.RankFailedException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Tests fits of a network with dropout whose rank is lost inside the epoch. */
@Slow
@Timeout(120)
class MasterResumeTest {
  private static final int RANKS = 2;
  private static final int BATCH = 4;
  private static final int STEPS = 40;
  private static final int LOST_AT = 36;

  private static final Pattern SETTINGS = Pattern.compile(";");

  /** The snapshots before reach the driver meanwhile. */
  private static final long PAUSE_MILLIS = 1_500;

  /** Static, so that ranks reach it in local mode. */
  private static final AtomicBoolean LOSES = new AtomicBoolean();

  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.start("MasterResumeTest", RANKS);
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** With one attempt a fit survives a loss only if it resumes from a snapshot. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.averaging.every=1 steps",
        "training.averaging.every=3 steps;training.averaging.optimizer-state=keep",
        "training.averaging.merge=gradients"
      })
  void shouldResumeInsideTheEpochWithTheSameRandomNumbers(String settings) {
    float[] expected = fit(master(settings));
    String snapshots = settings + ";checkpoint.every=2 steps;training.max-attempts=1";
    assertArrayEquals(expected, fit(master(snapshots)), "snapshots do not change the model");
    LOSES.set(true);
    assertArrayEquals(expected, fit(master(snapshots)));
    assertFalse(LOSES.get(), "a rank was lost");
  }

  /** Hooks see every mini-batch of a fit, so that it starts over. */
  @ParameterizedTest
  @ValueSource(strings = {"training.max-attempts=1", "training.max-attempts=2"})
  void shouldStartOverWithHooks(String attempts) {
    String settings = "training.averaging.every=1 steps;checkpoint.every=2 steps;" + attempts;
    float[] expected = fit(master(settings));
    RowCounter counter = new RowCounter();
    LOSES.set(true);
    SyncBatchNormTrainingMaster.Builder counted = master(settings).trainingHooks(counter);
    if (attempts.endsWith("1")) {
      assertThrows(RankFailedException.class, () -> fit(counted));
    } else {
      assertArrayEquals(expected, fit(counted));
    }
    assertFalse(LOSES.get(), "a rank was lost");
  }

  private static SyncBatchNormTrainingMaster.Builder master(String settings) {
    SyncBatchNormTrainingMaster.Builder builder =
        new SyncBatchNormTrainingMaster.Builder(BATCH).engine(Engine.DL4J);
    SETTINGS.splitAsStream(settings).forEach(builder::set);
    return builder;
  }

  private static float[] fit(SyncBatchNormTrainingMaster.Builder master) {
    List<List<DataSet>> ranks =
        IntStream.range(0, RANKS)
            .mapToObj(rank -> Networks.MLP.batches(STEPS, BATCH, rank))
            .toList();
    JavaRDD<DataSet> rows =
        spark
            .parallelize(new ArrayList<>(ranks), RANKS)
            .flatMap(List::iterator)
            .mapPartitionsWithIndex(MasterResumeTest::losing, true);
    MultiLayerNetwork trained = new SparkDl4jMultiLayer(spark, network(), master.build()).fit(rows);
    assertEquals(STEPS, trained.getIterationCount());
    return Parameters.of(trained);
  }

  private static Iterator<DataSet> losing(int rank, Iterator<DataSet> rows) {
    return new Iterator<>() {
      private int read;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public DataSet next() {
        if (rank == 1 && read++ == LOST_AT && LOSES.get()) {
          pause();
          LOSES.set(false);
          throw new PeerException("no answer");
        }
        return rows.next();
      }
    };
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.01))
                .list()
                .layer(new DenseLayer.Builder().nOut(7).build())
                .layer(new BatchNormalization.Builder().build())
                .layer(
                    new DenseLayer.Builder()
                        .nOut(5)
                        .activation(Activation.TANH)
                        .dropOut(0.7)
                        .build())
                .layer(
                    new OutputLayer.Builder()
                        .nOut(Networks.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(6))
                .build());
    network.init();
    return network;
  }
}
