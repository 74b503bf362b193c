package io.syncnorm.spark.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.IdxType;
import io.syncnorm.spark.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PackedDataTest {
  private static final int ROWS = 20_011;
  private static final int ROW_LENGTH = 28 * 20;
  private static final int TEST_ROWS = 7;

  @TempDir static Path folder;
  private static JavaSparkContext spark;
  private static byte[] pixels;
  private static byte[] labels;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start("packed-data-test", 2);
    SplittableRandom random = new SplittableRandom(1);
    pixels = new byte[ROWS * ROW_LENGTH];
    random.nextBytes(pixels);
    labels = new byte[ROWS];
    for (int row = 0; row < ROWS; row++) {
      pixels[row * ROW_LENGTH] = 0;
      labels[row] = (byte) random.nextInt(10);
    }
    write("images", pixels, ROWS, 28, 20);
    write("labels", labels, ROWS);
    write("test-images", new byte[TEST_ROWS * ROW_LENGTH], TEST_ROWS, 28, 20);
    write("test-labels", new byte[TEST_ROWS], TEST_ROWS);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void shouldDealEachRowOnceToItsPlaceFromRawAndGzippedFiles() {
    List<Survey> surveys = new ArrayList<>();
    for (String suffix : List.of("", ".gz")) {
      for (int world = 1; world <= 3; world += 2) {
        try (PackedData data =
            PackedData.read(
                spark,
                source(Part.TRAINING, "images" + suffix, "labels" + suffix),
                source(Part.TEST, "test-images", "test-labels"),
                LoadListener.NONE)) {
          surveys.add(data.survey());
          requireEachRowAtItsPlace(data, ROWS, world);
        }
      }
    }
    Counts first = surveys.get(0).training();
    assertEquals(ROWS, first.rows());
    assertTrue(first.isBytes());
    long[] expected = new long[10];
    for (byte label : labels) {
      expected[label]++;
    }
    for (Survey survey : surveys) {
      assertArrayEquals(expected, survey.training().rowsByLabel());
      assertEquals(first.fingerprint(), survey.training().fingerprint());
      assertEquals(first.nonzeros(), survey.training().nonzeros());
      assertEquals(2, survey.training().files().size());
      assertEquals(0, survey.test().nonzeros());
    }
  }

  @Test
  void shouldReportTheFirstFaultInARowWithoutSpark() throws IOException {
    byte[] wrong = labels.clone();
    wrong[2_000] = 77;
    wrong[19_000] = 99;
    write("wrong", wrong, ROWS);
    for (String suffix : List.of("", ".gz")) {
      DataException fault = fault(source(Part.TRAINING, "images", "wrong" + suffix));
      assertTrue(
          fault.getMessage().startsWith("label is out of range: file=file:" + folder),
          fault.getMessage());
      assertTrue(fault.getMessage().contains("found=77 at index 2000;"), fault.getMessage());
      assertEquals(null, fault.getCause());
    }
  }

  @Test
  void shouldNameAFileThatVanishesAfterItsHeaderWasRead() throws IOException {
    Path images = Files.copy(folder.resolve("images"), folder.resolve("vanishing"));
    IdxFiles source = source(Part.TRAINING, "vanishing", "labels");
    Files.delete(images);
    String message = fault(source).getMessage();
    assertTrue(message.contains("file does not exist: file=file:" + images), message);
  }

  @Test
  void shouldReportWhatSparkCannotRead() {
    String message =
        fault(
                TestSource.failing(
                    () -> {
                      throw new UncheckedIOException(
                          new EOFException(
                              "Encountered error while reading file file:///x/part-0."));
                    }))
            .getMessage();
    assertTrue(message.startsWith("rows cannot be read: file=file:///x/part-0,"), message);
  }

  @Test
  void shouldKeepTheCancellationOfAJob() {
    Source stuck =
        TestSource.failing(
            () -> {
              spark.sc().cancelAllJobs();
              Thread.sleep(10_000);
              return null;
            });
    assertThrows(
        CancellationException.class,
        () -> PackedData.read(spark, stuck, LoadListener.NONE).close());
    assertEquals(0, spark.getPersistentRDDs().size());
  }

  @Test
  void shouldRefuseASourceWithoutRows() {
    String message = fault(TestSource.of(List.of(List.of(), List.of()))).getMessage();
    assertTrue(message.startsWith("there are no training rows: file=test source"), message);
  }

  @Test
  void shouldUseTheFirstRowsOnlyUnderALimit() {
    try (PackedData data =
        PackedData.read(
            spark,
            source(Part.TRAINING, "images", "labels", 15_000),
            source(Part.TEST, "test-images", "test-labels", 3),
            LoadListener.NONE)) {
      assertEquals(3, data.survey().test().rows());
      requireEachRowAtItsPlace(data, 15_000, 2);
    }
    // A source that ignores its limit, in other orders than that of its runs.
    List<List<RowBlock>> partitions =
        List.of(
            List.of(block(Part.TRAINING, "b", 0, 4, 5)),
            List.of(block(Part.TRAINING, "a", 7, 2, 3), block(Part.TRAINING, "a", 0, 0, 1)),
            List.of(block(Part.TEST, "a", 0, 9)));
    try (PackedData cut = read(TestSource.of(partitions).limited(5));
        PackedData whole =
            read(
                TestSource.of(
                    List.of(
                        List.of(
                            block(Part.TEST, "", 0, 9),
                            block(Part.TRAINING, "", 0, 0, 1, 2, 3, 4)))))) {
      assertArrayEquals(new long[] {1, 1, 1, 1, 1}, cut.survey().training().rowsByLabel());
      assertEquals(whole.survey().training().fingerprint(), cut.survey().training().fingerprint());
      assertEquals(List.of(0, 1, 2, 3, 4), labelsInOrder(cut, Part.TRAINING));
      assertEquals(List.of(9), labelsInOrder(cut, Part.TEST));
      List<Piece> pieces =
          cut.deal(inOrder(cut, Part.TRAINING, 1), inOrder(cut, Part.TEST, 1)).collect();
      assertEquals(6, pieces.stream().mapToInt(piece -> piece.rows().count()).sum());
    }
  }

  @Test
  void shouldReportRowsThatDifferWhenTheyAreReadAgain() {
    AtomicInteger reads = new AtomicInteger();
    TestSource changing =
        TestSource.failing(
            () -> List.of(block(Part.TRAINING, "table", 0, reads.getAndIncrement() < 1 ? 1 : 2)));
    try (PackedData data = read(changing)) {
      Deal training = inOrder(data, Part.TRAINING, 1);
      Deal test = Dealing.IN_ORDER.deal(new long[0], 1, 0);
      assertEquals(1, data.deal(training, test).count());
      spark.getPersistentRDDs().values().forEach(rows -> rows.unpersist(true));
      DataException fault = assertThrows(DataException.class, () -> data.deal(training, test));
      assertTrue(
          fault
              .getMessage()
              .startsWith("rows have changed since they were first read: file=table,"),
          fault.getMessage());
    }
  }

  private static PackedData read(Source both) {
    return PackedData.read(spark, both, LoadListener.NONE);
  }

  private static DataException fault(Source source) {
    DataException fault = assertThrows(DataException.class, () -> read(source));
    assertEquals(0, spark.getPersistentRDDs().size());
    return fault;
  }

  /** Rows of two features, the first of which is the label. */
  private static RowBlock block(Part part, String file, long start, int... labels) {
    float[] features = new float[2 * labels.length];
    for (int row = 0; row < labels.length; row++) {
      features[2 * row] = labels[row];
    }
    return new RowBlock(part, file, start, new Rows(2, new Features.Floats(features), labels));
  }

  private static List<Integer> labelsInOrder(PackedData data, Part part) {
    Map<Long, Integer> labels = new TreeMap<>();
    for (NumberedBlock block : data.numbered(part).collect()) {
      Rows rows = block.rows();
      for (int row = 0; row < rows.count(); row++) {
        labels.put(block.first() + row, rows.label(row));
      }
    }
    assertEquals(labels.size() - 1L, Collections.max(labels.keySet()));
    return List.copyOf(labels.values());
  }

  private static void requireEachRowAtItsPlace(PackedData data, int count, int world) {
    List<List<Piece>> shards =
        data.deal(inOrder(data, Part.TRAINING, world), inOrder(data, Part.TEST, world))
            .glom()
            .collect();
    assertEquals(world, shards.size());
    boolean[] seen = new boolean[count];
    for (int rank = 0; rank < world; rank++) {
      for (Piece piece : shards.get(rank)) {
        if (piece.part() == Part.TRAINING) {
          byte[] values = ((Features.Bytes) piece.rows().features()).values();
          for (int i = 0; i < piece.positions().length; i++) {
            int row = (int) (piece.positions()[i] * world + rank);
            assertEquals(false, seen[row]);
            seen[row] = true;
            assertEquals(labels[row], piece.rows().label(i));
            assertEquals(
                ByteBuffer.wrap(pixels, row * ROW_LENGTH, ROW_LENGTH),
                ByteBuffer.wrap(values, i * ROW_LENGTH, ROW_LENGTH));
          }
        }
      }
    }
    for (boolean row : seen) {
      assertTrue(row);
    }
  }

  /** Deals row i to rank i mod world. */
  private static Deal inOrder(PackedData data, Part part, int world) {
    return Dealing.IN_ORDER.deal(data.survey().counts(part).rowsByLabel(), world, 0);
  }

  private static IdxFiles source(Part part, String images, String labels) {
    return source(part, images, labels, Source.NO_LIMIT);
  }

  private static IdxFiles source(Part part, String images, String labels, long limit) {
    return IdxFiles.of(
        part,
        folder.resolve(images).toString(),
        folder.resolve(labels).toString(),
        10,
        limit,
        spark.hadoopConfiguration());
  }

  /** Writes an IDX file of unsigned bytes, raw and gzipped. */
  private static void write(String name, byte[] values, int... sizes) throws IOException {
    byte[] header = IdxBytes.of(IdxType.UBYTE, sizes);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(header);
    file.write(values);
    Files.write(folder.resolve(name), file.toByteArray());
    try (GZIPOutputStream packed =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".gz")))) {
      packed.write(file.toByteArray());
    }
  }
}
