package io.syncnorm.spark.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.IdxType;
import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.source.IdxFiles;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.RowTransform;
import io.syncnorm.spark.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests rows that are dealt while they are read. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EarlyDealTest {
  /** Raw files of so many rows are read by two tasks. */
  private static final int ROWS = 12_001;

  private static final int LIMIT = 11_111;
  private static final int WORLD = 3;
  private static final int SEED = 7;
  private static final int CLASSES = 10;

  /** No other test has a budget of this size. */
  private static final long MEMORY = 98_765_432;

  @TempDir static Path folder;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start("EarlyDealTest", 2);
    Random random = new Random(1);
    byte[] pixels = new byte[ROWS * 28 * 28];
    byte[] labels = new byte[ROWS];
    random.nextBytes(pixels);
    for (int row = 0; row < ROWS; row++) {
      labels[row] = (byte) random.nextInt(CLASSES);
    }
    write("images", pixels, ROWS, 28, 28);
    write("labels", labels, ROWS);
    write("black", new byte[pixels.length], ROWS, 28, 28);
    labels[ROWS - 1] = CLASSES;
    write("invalid", labels, ROWS);
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

  @ParameterizedTest
  @ValueSource(longs = {0, MEMORY})
  void shouldFillTheShardsOfASecondPass(long memory) {
    Source training = idx(Part.TRAINING, "images", "labels", LIMIT);
    Source test = idx(Part.TEST, "images", "labels", Source.NO_LIMIT);
    assertTrue(EarlyDeal.isPossible(spark, training, test, Dealing.SHUFFLED));
    EarlyDeal early = read(training, test, memory);
    try (PackedData packed = early.packed();
        DealtData found = early.dealt().orElseThrow();
        DealtData expected =
            DealtData.deal(
                spark, packed, Dealing.SHUFFLED, WORLD, SEED, RowTransform.NONE, memory)) {
      for (int rank = 0; rank < WORLD; rank++) {
        assertSameRows(shard(expected, rank).training(), shard(found, rank).training());
        assertSameRows(shard(expected, rank).test(), shard(found, rank).test());
      }
    }
    assertNothingIsLeft();
  }

  private static Shard shard(DealtData dealt, int rank) {
    Configuration configuration = ConfigLoader.load(List.of(), List.of());
    return dealt.loading().load(rank, Collections.emptyIterator(), configuration);
  }

  private static void assertSameRows(RowStore expected, RowStore found) {
    assertEquals(expected.count(), found.count());
    try (MiniBatches wanted = MiniBatches.inOrder(expected, 1000);
        MiniBatches read = MiniBatches.inOrder(found, 1000)) {
      wanted.startEpoch(0);
      read.startEpoch(0);
      for (int rows = wanted.next(); rows > 0; rows = wanted.next()) {
        assertEquals(rows, read.next());
        assertArrayEquals(Arrays.copyOf(wanted.labels(), rows), Arrays.copyOf(read.labels(), rows));
        assertArrayEquals(values(wanted, rows), values(read, rows));
      }
    }
  }

  private static float[] values(MiniBatches batches, int rows) {
    int from = batches.featuresAt();
    return Arrays.copyOfRange(batches.features(), from, from + rows * batches.rowLength());
  }

  @Test
  void shouldLeaveNothingIfTheLastRowIsInvalid() {
    Source training = idx(Part.TRAINING, "images", "invalid", Source.NO_LIMIT);
    Source test = idx(Part.TEST, "images", "labels", Source.NO_LIMIT);
    DataException thrown = assertThrows(DataException.class, () -> read(training, test, MEMORY));
    assertTrue(thrown.getMessage().contains("invalid"), thrown.getMessage());
    assertNothingIsLeft();
  }

  @Test
  void shouldLeaveRowsThatNeedSparseShardsToASecondPass() {
    Source training = idx(Part.TRAINING, "black", "labels", Source.NO_LIMIT);
    Source test = idx(Part.TEST, "images", "labels", Source.NO_LIMIT);
    EarlyDeal early = read(training, test, MEMORY);
    early.packed().close();
    assertTrue(early.dealt().isEmpty());
    assertNothingIsLeft();
  }

  @Test
  void shouldNotBePossibleIfPlacesNeedCounts() {
    Source training = idx(Part.TRAINING, "images", "labels", Source.NO_LIMIT);
    Source test = idx(Part.TEST, "images", "labels", Source.NO_LIMIT);
    assertFalse(EarlyDeal.isPossible(spark, training, test, Dealing.BY_LABEL));
    assertFalse(EarlyDeal.isPossible(spark, training, test, Dealing.dirichlet(1)));
  }

  private static void assertNothingIsLeft() {
    assertEquals(MEMORY, ShardLoading.budget(MEMORY).free());
    assertTrue(spark.getPersistentRDDs().isEmpty());
  }

  private static EarlyDeal read(Source training, Source test, long memory) {
    return EarlyDeal.read(spark, training, test, WORLD, SEED, memory, LoadListener.NONE);
  }

  private static IdxFiles idx(Part part, String images, String labels, long limit) {
    return IdxFiles.of(
        part,
        folder.resolve(images).toString(),
        folder.resolve(labels).toString(),
        CLASSES,
        limit,
        spark.hadoopConfiguration());
  }
}
