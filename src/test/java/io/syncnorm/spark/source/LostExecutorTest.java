package io.syncnorm.spark.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.Jobs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Loses tasks as Spark reports a lost executor, under the submit scripts' rule that Spark repeats
 * none.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LostExecutorTest {
  private static final int PARTITIONS = 3;
  private static final long DEADLINE_SECONDS = 20;

  private static JavaSparkContext spark;

  /** How often each partition was computed; static, because tasks get copies of other objects. */
  private static AtomicIntegerArray computed;

  private static CountDownLatch before;

  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("lost-executor-test")
                .set("spark.task.maxFailures", "1")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** The counts of partition 1 are lost although its rows are stored. */
  @Test
  void shouldReadOnlyLostPartitionsAgain() {
    computed = new AtomicIntegerArray(PARTITIONS);
    before = new CountDownLatch(1);
    SparkListener ends =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            before.countDown();
          }
        };
    spark.sc().addSparkListener(ends);
    TestSource lossy =
        TestSource.computing(
            List.of(() -> rows(0), LostExecutorTest::rowsAfterTheLoss, LostExecutorTest::lostRows));
    TestSource whole =
        TestSource.of(List.of(List.of(block(0)), List.of(block(1)), List.of(block(2))));
    try (PackedData data = PackedData.read(spark, lossy, LoadListener.NONE);
        PackedData expected = PackedData.read(spark, whole, LoadListener.NONE)) {
      assertEquals("[1, 1, 2]", computed.toString());
      Counts counts = data.survey().training();
      assertEquals(PARTITIONS, counts.rows());
      assertEquals(expected.survey().training().fingerprint(), counts.fingerprint());
      assertEquals(PARTITIONS, data.numbered(Part.TRAINING).count());
      assertEquals("[1, 1, 2]", computed.toString());
    } finally {
      spark.sc().removeSparkListener(ends);
    }
  }

  private static List<RowBlock> rows(int partition) {
    computed.incrementAndGet(partition);
    return List.of(block(partition));
  }

  /** Ends normally, but after its job, whose end interrupts it. */
  private static List<RowBlock> rowsAfterTheLoss() {
    if (computed.get(1) == 0) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) { // as it was waiting for
        return rows(1);
      }
    }
    return rows(1);
  }

  private static List<RowBlock> lostRows() throws InterruptedException {
    List<RowBlock> rows = rows(2);
    loseTheFirst(2);
    return rows;
  }

  private static void loseTheFirst(int partition) throws InterruptedException {
    if (computed.get(partition) == 1) {
      assertTrue(before.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
      throw new IllegalStateException("ExecutorLostFailure (a test)");
    }
  }

  private static RowBlock block(int partition) {
    Rows rows = new Rows(2, new Features.Floats(new float[] {partition, 1}), new int[] {partition});
    return new RowBlock(Part.TRAINING, "", partition, rows);
  }

  @Test
  void shouldTakeTheResultOfEachPartitionOnce() {
    computed = new AtomicIntegerArray(PARTITIONS);
    before = new CountDownLatch(PARTITIONS - 1);
    Set<Integer> results = ConcurrentHashMap.newKeySet();
    Jobs.forEach(
        spark.parallelize(List.of(0, 1, 2), PARTITIONS),
        rows -> compute(rows.next()),
        result -> {
          assertTrue(results.add(result));
          before.countDown();
        });
    assertEquals(Set.of(0, 1, 2), results);
    assertEquals("[1, 1, 2]", computed.toString());
  }

  private static int compute(int partition) {
    computed.incrementAndGet(partition);
    try {
      if (partition == 2) {
        loseTheFirst(partition);
      }
      return partition;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldGiveUpAfterFourLosses() {
    computed = new AtomicIntegerArray(1);
    JavaRDD<Integer> one = spark.parallelize(List.of(0), 1);
    Exception last = assertThrows(Exception.class, () -> Jobs.of(one, 0, rows -> lost()));
    assertTrue(last.getMessage().contains("ExecutorLostFailure (attempt 4)"), last.getMessage());
    assertTrue(last.getSuppressed()[0].getMessage().contains("(attempt 1)"));
    assertEquals(3, last.getSuppressed().length);
  }

  private static int lost() {
    throw new IllegalStateException(
        "ExecutorLostFailure (attempt " + computed.incrementAndGet(0) + ")");
  }

  @Test
  void shouldHaveRemovedTheFilesOfAShuffleThatItFrees() throws IOException {
    TestSource rows = TestSource.of(List.of(List.of(block(0)), List.of(block(1))));
    try (PackedData data = PackedData.read(spark, rows, LoadListener.NONE)) {
      long[] byLabel = data.survey().training().rowsByLabel();
      JavaRDD<?> pieces =
          data.deal(Dealing.IN_ORDER.deal(byLabel, 2, 0), Dealing.IN_ORDER.deal(new long[0], 2, 0));
      assertTrue(shuffleFiles() > 0);
      BarrierPartitions.free(pieces);
      assertEquals(0, shuffleFiles());
    }
  }

  private static long shuffleFiles() throws IOException {
    long count = 0;
    for (File folder : SparkEnv.get().blockManager().diskBlockManager().localDirs()) {
      try (Stream<Path> files = Files.walk(folder.toPath())) {
        count += files.filter(file -> file.getFileName().toString().startsWith("shuffle_")).count();
      }
    }
    return count;
  }
}
