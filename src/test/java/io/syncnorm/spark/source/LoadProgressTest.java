package io.syncnorm.spark.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.Rows;
import io.syncnorm.spark.LocalSpark;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the progress of rows that are read slowly. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LoadProgressTest {
  private static final long DEADLINE_SECONDS = 20;
  private static final int BYTES_OF_ROW = 2 * Float.BYTES;
  private static JavaSparkContext spark;

  private record Report(long rows, long bytes) {}

  private final List<Report> reports = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch reported = new CountDownLatch(1);

  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            LocalSpark.conf("LoadProgressTest", 2)
                .set("spark.executor.heartbeatInterval", "500ms"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void shouldReportTheRowsOfATaskThatIsStillRunning() {
    assertReported(7, List.of(List.of(7, 5)));
  }

  @Test
  void shouldReportTheRowsOfEndedAndRunningTasksTogether() {
    assertReported(3 + 7, List.of(List.of(3), List.of(7, 5)));
  }

  /**
   * Reads partitions, the last block of which is read only when {@code expected} rows were
   * reported.
   */
  private void assertReported(long expected, List<List<Integer>> partitions) {
    LoadListener listener =
        (rows, bytes) -> {
          reports.add(new Report(rows, bytes));
          if (rows == expected) {
            reported.countDown();
          }
        };
    int all = partitions.stream().flatMap(List::stream).mapToInt(rows -> rows).sum();
    List<List<RowBlock>> blocks = new ArrayList<>();
    for (int i = 0; i < partitions.size(); i++) {
      boolean isLast = i == partitions.size() - 1;
      blocks.add(isLast ? held(blocks(partitions.get(i))) : blocks(partitions.get(i)));
    }
    try (PackedData data = PackedData.read(spark, TestSource.of(blocks), listener)) {
      assertEquals(all, data.survey().training().rows());
    }
    assertEquals(0, reported.getCount(), () -> "reports=" + reports);
    Report last = new Report(0, 0);
    for (Report report : List.copyOf(reports)) {
      assertTrue(report.rows() >= last.rows() && report.rows() <= all, reports::toString);
      assertEquals(report.rows() * BYTES_OF_ROW, report.bytes());
      last = report;
    }
  }

  /** Test rows would be a source without training rows: all are training rows. */
  private static List<RowBlock> blocks(List<Integer> rowsOfBlocks) {
    List<RowBlock> blocks = new ArrayList<>();
    for (int rows : rowsOfBlocks) {
      Features features = new Features.Floats(new float[2 * rows]);
      blocks.add(
          new RowBlock(
              Part.TRAINING, "table", blocks.size(), new Rows(2, features, new int[rows])));
    }
    return blocks;
  }

  /** Blocks, the last of which waits until the rows before it are reported. */
  private List<RowBlock> held(List<RowBlock> blocks) {
    return new AbstractList<>() {
      @Override
      public RowBlock get(int index) {
        if (index == blocks.size() - 1) {
          try {
            if (!reported.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
              return blocks.get(index); // the test fails on the reports
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        }
        return blocks.get(index);
      }

      @Override
      public int size() {
        return blocks.size();
      }
    };
  }
}
