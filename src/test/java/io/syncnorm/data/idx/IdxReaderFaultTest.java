package io.syncnorm.data.idx;

import static io.syncnorm.data.idx.Faults.assertFault;
import static io.syncnorm.data.idx.Faults.readFault;
import static io.syncnorm.data.idx.IdxBytes.gzip;
import static io.syncnorm.data.idx.IdxBytes.join;
import static io.syncnorm.data.idx.IdxBytes.noise;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.DataException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that can be read, but whose content is invalid. */
class IdxReaderFaultTest {
  private static final Configuration HADOOP = FaultyFileSystem.configuration();
  private static final byte[] GOOD = IdxBytes.images(3, 2, 2, noise(12, 1));

  @TempDir Path folder;

  @Test
  void shouldRefuseAWrongMagicNumber() {
    for (int magic : new int[] {0x00000f03, 0x00000a03, 0x01000803, 0x00010803, 0x00000800}) {
      String path = write(ByteBuffer.allocate(40).putInt(magic).array());
      assertFault(
          readFault(path),
          "not an IDX image file",
          path,
          "offset=0",
          "expected=magic number 0x00000803",
          String.format(Locale.ROOT, "found=0x%08x", magic));
    }
  }

  @Test
  void shouldRecognizeSwappedFiles() {
    String images = write("images", GOOD);
    String labels = write("labels", IdxBytes.labels(3, new byte[3]));

    DataException fault =
        assertThrows(DataException.class, () -> IdxReader.read(labels, images, 10, 1, HADOOP));

    assertFault(
        fault,
        labels,
        "offset=0",
        "expected=magic number 0x00000803",
        "found=0x00000801",
        "swapped");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, 2, 4, number of images, 0",
    "-3, 2, 2, 4, number of images, -3",
    "3, 0, 2, 8, height, 0",
    "3, -1, 2, 8, height, -1",
    "3, 2, -2147483648, 12, width, -2147483648"
  })
  void shouldRefuseDimensionsBelowOne(
      int count, int height, int width, int offset, String what, String found) {
    String path = write(IdxBytes.images(count, height, width, new byte[12]));
    assertFault(
        readFault(path),
        path,
        "offset=" + offset + ",",
        "expected=" + what + " of at least 1",
        "found=" + found + ";");
  }

  @ParameterizedTest
  @CsvSource({
    "2147483647, 2147483647, 2147483647",
    "1, 65536, 65536",
    "3000000, 28, 28",
    "65536, 65536, 1"
  })
  void shouldRefuseImagesThatNoArrayHolds(int count, int height, int width) {
    String path = write(IdxBytes.images(count, height, width, new byte[12]));
    assertFault(
        readFault(path),
        "do not fit",
        path,
        "offset=4",
        "expected=at most 2147483639 pixels",
        String.format(Locale.ROOT, "found=%d images of %d x %d pixels", count, height, width),
        "limit the number of rows");
  }

  @Test
  void shouldCheckTheLengthOfFilesTooLargeForAnArrayUnderALimit() {
    String path = write(IdxBytes.images(2_000_000_000, 28, 28, new byte[12]));

    DataException fault =
        assertThrows(DataException.class, () -> IdxReader.readImages(path, 1, HADOOP));

    assertFault(
        fault, "too short", path, "offset=28", "expected=1568000000016 bytes", "found=28 bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 7, 10, 15})
  void shouldRefuseAHeaderCutShort(int length) {
    int start = length / 4 * 4;
    for (byte[] file : List.of(Arrays.copyOf(GOOD, length), gzip(Arrays.copyOf(GOOD, length)))) {
      String path = write(file);
      assertFault(
          readFault(path),
          "too short for its header",
          path,
          "offset=" + start + ",",
          "expected=4 bytes",
          "found=" + (length - start) + " bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 27})
  void shouldRefuseAFileTooShort(int length) {
    for (byte[] file : List.of(Arrays.copyOf(GOOD, length), gzip(Arrays.copyOf(GOOD, length)))) {
      String path = write(file);
      for (int limit : new int[] {1, IdxReader.NO_LIMIT}) {
        DataException fault =
            assertThrows(DataException.class, () -> IdxReader.readImages(path, limit, HADOOP));
        assertFault(
            fault,
            "too short",
            path,
            "offset=" + length,
            "expected=28 bytes",
            "found=" + length + " bytes",
            "copy it again");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_536, 200_000})
  void shouldRefuseAFileTooLong(int extra) {
    byte[] tooLong = join(GOOD, new byte[extra]);
    for (byte[] file : List.of(tooLong, gzip(tooLong), join(gzip(GOOD), gzip(new byte[extra])))) {
      String path = write(file);
      for (int limit : new int[] {1, IdxReader.NO_LIMIT}) {
        DataException fault =
            assertThrows(DataException.class, () -> IdxReader.readImages(path, limit, HADOOP));
        assertFault(
            fault,
            "too long",
            path,
            "offset=28",
            "expected=28 bytes",
            "found=" + (28 + extra) + " bytes (" + extra + " extra)");
      }
    }
  }

  @Test
  void shouldNameTheFirstLabelOutOfRange() {
    String images = write("images", gzip(GOOD));
    String labels = write("labels", gzip(IdxBytes.labels(3, new byte[] {9, (byte) 200, 10})));

    assertFault(
        assertThrows(DataException.class, () -> IdxReader.read(images, labels, 10, 3, HADOOP)),
        "label is out of range",
        labels,
        "offset=9",
        "expected=0 to 9 (classes=10)",
        "found=200 at index 1",
        "data.classes");
    assertFault(
        assertThrows(DataException.class, () -> IdxReader.read(images, labels, 9, 1, HADOOP)),
        labels,
        "offset=8",
        "expected=0 to 8 (classes=9)",
        "found=9 at index 0");
    assertEquals(3, IdxReader.read(images, labels, 201, 3, HADOOP).count());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void shouldRefuseLabelsThatDoNotMatchTheImagesEvenUnderALimit(int count) {
    String images = write("images", GOOD);
    String labels = write("labels", IdxBytes.labels(count, new byte[count]));
    for (int limit : new int[] {1, IdxReader.NO_LIMIT}) {
      DataException fault =
          assertThrows(
              DataException.class, () -> IdxReader.read(images, labels, 10, limit, HADOOP));
      assertFault(
          fault,
          "numbers of labels and images differ",
          labels,
          "offset=4",
          "expected=3 labels, the number of images in file:" + images,
          "found=" + count + " labels");
    }
  }

  @Test
  void shouldNotAllocateWhatAFalseHeaderClaims() {
    long mostBytes = 8 << 20;
    byte[] file = IdxBytes.images(2_000_000_000, 1, 1, noise(10_000, 1));
    for (byte[] stored : List.of(file, gzip(file))) {
      String path = write(stored);
      readFault(path); // Loads classes and opens file systems before measuring.
      long before = allocatedBytes();

      DataException fault = readFault(path);

      long allocated = allocatedBytes() - before;
      assertFault(fault, path, "offset=10016", "expected=2000000016 bytes", "found=10016 bytes");
      assertTrue(allocated < mostBytes, () -> "allocated=" + allocated);
    }
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private String write(byte[] bytes) {
    return write("images", bytes);
  }

  private String write(String name, byte[] bytes) {
    return IdxBytes.write(folder, name, bytes);
  }
}
