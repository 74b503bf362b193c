package io.syncnorm.spark.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.spark.JobScope;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.TaskRows;
import java.io.InterruptedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests what Spark keeps of a partition. */
@Timeout(60)
class SurveyingTest {
  /** Static, so that the task reaches them. */
  private static final CountDownLatch READING = new CountDownLatch(1);

  private static final AtomicBoolean IS_AGAIN = new AtomicBoolean();

  /** Spark ends the tasks of a job that has lost an executor while they open files. */
  @Test
  void shouldKeepNothingOfAPartitionWhoseTaskWasInterrupted() {
    try (JavaSparkContext spark = LocalSpark.start("SurveyingTest", 1)) {
      JavaRDD<byte[]> stored =
          TaskRows.of(
                  TestSource.failing(SurveyingTest::read).blocks(spark).rdd(),
                  new Surveying(
                      Part.TRAINING,
                      false,
                      0,
                      new ConcurrentHashMap<>(),
                      MapAccumulator.registered(spark),
                      spark.sc().longAccumulator(),
                      spark.sc().longAccumulator()))
              .persist(StorageLevel.MEMORY_ONLY());
      try (JobScope scope = new JobScope(spark, "ended")) {
        CompletableFuture<Void> cancelling =
            CompletableFuture.runAsync(
                () -> {
                  awaitReading();
                  scope.cancel();
                });
        assertThrows(SparkException.class, () -> Jobs.once(stored.rdd()));
        cancelling.join();
      }
      IS_AGAIN.set(true);
      assertEquals("", Jobs.of(stored, 0, SurveyingTest::fault));
    }
  }

  private static List<RowBlock> read() {
    if (IS_AGAIN.get()) {
      return List.of();
    }
    READING.countDown();
    try {
      Thread.sleep(TimeUnit.MINUTES.toMillis(1));
    } catch (InterruptedException e) {
      Throwable cause = new InterruptedIOException("interrupted").initCause(e);
      throw DataException.of("file cannot be read", "test", "a file", cause, "read it", cause);
    }
    return List.of();
  }

  private static void awaitReading() {
    try {
      READING.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String fault(Iterator<byte[]> chunks) {
    return ((Stored.End) Chunks.<Stored>read(chunks).next()).faultMessage();
  }
}
