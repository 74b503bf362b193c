package io.syncnorm.spark.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.IdxType;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.source.IdxFiles;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.RowTransform;
import io.syncnorm.spark.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests loading that is interrupted or cancelled while its tasks run. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LoadInterruptionTest {
  private static final int ROWS = 20_000;
  private static final int WORLD = 2;

  /** Blocks that pass before the tasks wait: some rows are on disk by then. */
  private static final int PASSED = 3;

  private static final long DEADLINE_SECONDS = 15;

  @TempDir static Path folder;
  private static JavaSparkContext spark;

  /** Where tasks wait. Static, so that they reach it in local mode. */
  private static volatile Stage held;

  private static final AtomicInteger PASSES = new AtomicInteger();
  private static volatile CountDownLatch waiting;
  private static volatile CountDownLatch released = new CountDownLatch(0);

  private enum Stage {
    READING,
    DEALING
  }

  /** How loading ends. */
  enum End {
    INTERRUPTED {
      @Override
      void end(Thread loading) {
        loading.interrupt();
      }
    },
    CANCELLED {
      @Override
      void end(Thread loading) {
        spark.sc().cancelAllJobs();
      }
    };

    abstract void end(Thread loading);
  }

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start("LoadInterruptionTest", 2);
    byte[] pixels = new byte[ROWS * 28 * 28];
    new Random(1).nextBytes(pixels);
    write("images", pixels, ROWS, 28, 28);
    write("labels", new byte[ROWS], ROWS);
  }

  private static void write(String name, byte[] values, int... sizes) throws IOException {
    byte[] header = IdxBytes.of(IdxType.UBYTE, sizes);
    byte[] file = Arrays.copyOf(header, header.length + values.length);
    System.arraycopy(values, 0, file, header.length, values.length);
    Files.write(folder.resolve(name), file);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @AfterEach
  void release() {
    held = null;
    released.countDown();
  }

  @ParameterizedTest
  @EnumSource
  void shouldLeaveNothingWhileRowsAreRead(End end) throws Exception {
    assertNothingIsLeft(end, Stage.READING, () -> read().close());
  }

  @ParameterizedTest
  @EnumSource
  void shouldLeaveNothingWhileRowsAreDealtInOneProcess(End end) throws Exception {
    try (PackedData data = read()) {
      assertNothingIsLeft(
          end,
          Stage.DEALING,
          () -> DealtData.deal(spark, data, Dealing.SHUFFLED, WORLD, 1, HELD, 0).close());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldLeaveNothingWhileRowsAreShuffled(End end) throws Exception {
    try (PackedData data = read()) {
      long[] counts = data.survey().training().rowsByLabel();
      assertNothingIsLeft(
          end,
          Stage.DEALING,
          () ->
              data.deal(
                  Dealing.SHUFFLED.deal(counts, WORLD, 1),
                  Dealing.IN_ORDER.deal(counts, WORLD, 1),
                  HELD));
    }
  }

  @Test
  void shouldLeaveNoFilesOfAFreedShuffle() throws Exception {
    try (PackedData data = read()) {
      long[] counts = data.survey().training().rowsByLabel();
      List<Object> before = left();
      JavaRDD<Piece> pieces =
          data.deal(
              Dealing.SHUFFLED.deal(counts, WORLD, 1), Dealing.IN_ORDER.deal(counts, WORLD, 1));
      assertNotEquals(before, left());
      BarrierPartitions.free(pieces);
      awaitLeft(before);
    }
  }

  private static void assertNothingIsLeft(End end, Stage stage, Runnable load) throws Exception {
    List<Object> before = left();
    waiting = new CountDownLatch(1);
    released = new CountDownLatch(1);
    PASSES.set(0);
    held = stage;
    List<Throwable> thrown = new ArrayList<>();
    Thread loading = new Thread(load);
    loading.setUncaughtExceptionHandler((thread, failure) -> thrown.add(failure));
    loading.start();
    assertTrue(waiting.await(DEADLINE_SECONDS, TimeUnit.SECONDS), "no task waits");
    end.end(loading);
    loading.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
    held = null;
    assertEquals(1, thrown.size(), "loading must end with an exception");
    assertInstanceOf(CancellationException.class, thrown.get(0));
    awaitLeft(before);
  }

  /** Spark ends tasks and deletes files in the background. */
  private static void awaitLeft(List<Object> before) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!before.containsAll(left()) && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    List<Object> more = left();
    more.removeAll(before); // a thread that was ending before may have ended
    assertEquals(List.of(), more);
  }

  /** Persisted RDDs, files in Spark's local folders, open files of rows, and threads. */
  private static List<Object> left() throws IOException {
    List<Object> left = new ArrayList<>(spark.getPersistentRDDs().keySet());
    for (java.io.File local : SparkEnv.get().blockManager().diskBlockManager().localDirs()) {
      try (Stream<Path> files = Files.walk(local.toPath())) {
        files.filter(Files::isRegularFile).map(Path::getFileName).sorted().forEach(left::add);
      }
    }
    Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("(syncnorm|read-ahead|load-progress).*"))
        .sorted()
        .forEach(left::add);
    return left;
  }

  private static PackedData read() {
    return PackedData.read(
        spark, new HeldSource(idx(Part.TRAINING)), idx(Part.TEST), LoadListener.NONE);
  }

  private static IdxFiles idx(Part part) {
    return IdxFiles.of(
        part,
        folder.resolve("images").toString(),
        folder.resolve("labels").toString(),
        10,
        Source.NO_LIMIT,
        spark.hadoopConfiguration());
  }

  /** Called by tasks for each block. */
  private static void pass(Stage stage) {
    if (held != stage || PASSES.incrementAndGet() <= PASSED) {
      return;
    }
    waiting.countDown();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final RowTransform HELD =
      (part, rows) -> {
        pass(Stage.DEALING);
        return rows;
      };

  private record HeldSource(IdxFiles idx) implements Source {
    @Override
    public RowFormat format() {
      return idx.format();
    }

    @Override
    public String description() {
      return idx.description();
    }

    @Override
    public JavaRDD<Packet<RowBlock>> blocks(JavaSparkContext ignored) {
      return idx.blocks(spark)
          .map(
              block -> {
                pass(Stage.READING);
                return block;
              });
    }
  }
}
