package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests fits whose thread is interrupted, as the thread of a cancelled Future is. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FitInterruptionTest {
  /** Shorter than any fit of this test. */
  private static final long DEADLINE_SECONDS = 15;

  private static final String DESCRIPTION = "spark.job.description";
  private static CountDownLatch reading;
  private static CountDownLatch released;
  private static SparkSession spark;
  private static Dataset<Row> train;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = Blobs.session(3);
    train = Blobs.frame(spark, 100, 1).repartition(3).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void hold() {
    reading = new CountDownLatch(1);
    released = new CountDownLatch(1);
  }

  @AfterEach
  void release() {
    released.countDown();
  }

  @Test
  void shouldEndWhileRanksTrain() {
    InterruptedFit fit = InterruptedFit.start(endless(), train);
    await(this::hasCheckpoint);
    fit.interrupt();
    assertNothingIsLeft();
  }

  @Test
  void shouldEndWhileTheFirstRowIsRead() {
    assertEndsWhileReading(slow());
  }

  /**
   * Spark runs the shuffle in a separate job, and waits for it in another way than for other jobs.
   */
  @Test
  void shouldEndWhileTheRowsArePlanned() {
    assertEndsWhileReading(slow().repartition(2));
  }

  @Test
  void shouldEndWhileRowsAreDealt() {
    assertEndsWhileReading(
        slow()
            .withColumn(
                "features",
                functions.col("features"),
                new AttributeGroup("features", Blobs.FEATURES).toMetadata()));
  }

  @Test
  void shouldEndWhileAnotherFitTrainsWithoutDisturbingIt() {
    InterruptedFit first = InterruptedFit.start(endless(), train);
    await(this::hasCheckpoint);
    InterruptedFit second = InterruptedFit.start(Blobs.classifier(), train);
    await(() -> second.thread.getState() == Thread.State.WAITING);
    second.interrupt();
    assertTrue(first.thread.isAlive());
    first.interrupt();
    assertNothingIsLeft();
  }

  @Test
  void shouldNotStartOnAThreadThatIsAlreadyInterrupted() {
    InterruptedFit fit =
        new InterruptedFit(
            () -> {
              Thread.currentThread().interrupt();
              endless().fit(train);
            });
    fit.interrupt();
    assertFalse(hasCheckpoint());
    assertNothingIsLeft();
  }

  @Test
  void shouldRestoreTheJobPropertiesOfTheCaller() {
    spark.sparkContext().setJobGroup("mine", "of mine", true);
    try {
      Blobs.classifier().setMaxIter(1).fit(train);
      assertEquals("of mine", spark.sparkContext().getLocalProperty(DESCRIPTION));
      assertEquals("true", spark.sparkContext().getLocalProperty("spark.job.interruptOnCancel"));
    } finally {
      spark.sparkContext().clearJobGroup();
    }
  }

  private void assertEndsWhileReading(Dataset<Row> rows) {
    InterruptedFit fit = InterruptedFit.start(endless(), rows);
    await(() -> reading.getCount() == 0);
    fit.interrupt();
    assertNothingIsLeft();
  }

  private SyncBatchNormClassifier endless() {
    return Blobs.classifier().setMaxIter(1_000_000).setCheckpointDir(folder.toString());
  }

  private boolean hasCheckpoint() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".ckpt"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns rows that are not delivered while the test runs. */
  private static Dataset<Row> slow() {
    JavaRDD<Row> rows =
        Blobs.frame(spark, 30, 2)
            .toJavaRDD()
            .map(
                row -> {
                  reading.countDown();
                  released.await();
                  return row;
                });
    return spark.createDataFrame(rows, Blobs.SCHEMA);
  }

  private static void assertNothingIsLeft() {
    await(() -> spark.sparkContext().statusTracker().getActiveJobIds().length == 0);
    assertEquals(1, Blobs.classifier().setMaxIter(1).fit(train).summary().totalIterations());
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "not within " + DEADLINE_SECONDS + " s");
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A fit on its own thread. */
  private static final class InterruptedFit {
    private final Thread thread;
    private volatile RuntimeException thrown;
    private volatile boolean marked;

    InterruptedFit(Runnable fit) {
      thread =
          new Thread(
              () -> {
                try {
                  fit.run();
                } catch (RuntimeException e) {
                  thrown = e;
                  marked = Thread.currentThread().isInterrupted();
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    static InterruptedFit start(SyncBatchNormClassifier classifier, Dataset<Row> rows) {
      return new InterruptedFit(() -> classifier.fit(rows));
    }

    /** Interrupts the fit, and returns after it has ended as expected. */
    void interrupt() {
      thread.interrupt();
      await(() -> !thread.isAlive());
      assertInstanceOf(CancellationException.class, thrown);
      assertTrue(marked, "the thread must still know that it was interrupted");
    }
  }
}
