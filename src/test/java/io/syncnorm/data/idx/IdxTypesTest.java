package io.syncnorm.data.idx;

import static io.syncnorm.data.idx.Faults.assertFault;
import static io.syncnorm.data.idx.IdxBytes.gzip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.data.DataException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** IDX files of every type and of one dimension or more. */
class IdxTypesTest {
  private static final Configuration HADOOP = FaultyFileSystem.configuration();

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(IdxType.class)
  void shouldKeepNumbersUnchangedAndDivideUnsignedBytes(IdxType type) {
    boolean isPixels = type == IdxType.UBYTE;
    boolean isSigned = type != IdxType.UBYTE;
    double[] values = {0, 1, 127, isSigned ? -5 : 255, 3, 2};
    float[] expected = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      expected[i] = isPixels ? (int) values[i] / 255f : (float) values[i];
    }
    byte[] file = IdxBytes.of(type, new int[] {2, 3}, values);
    for (byte[] stored : List.of(file, gzip(file))) {
      Images read = images(write("images", stored));

      assertEquals(2, read.count());
      assertEquals(List.of(3), read.shape());
      assertEquals(type, read.type());
      assertArrayEquals(expected, features(read));
    }
  }

  @Test
  void shouldReadLargeFilesInTheirOrderUnderALimitToo() {
    double[] values = new double[50 * 40 * 20]; // several pieces
    Arrays.setAll(values, i -> i * 0.25 - 7);
    String path =
        write("images", gzip(IdxBytes.of(IdxType.DOUBLE, new int[] {50, 40, 20}, values)));

    float[] all = features(images(path));
    float[] some = features(IdxReader.readImages(path, 3, HADOOP));

    for (int i = 0; i < values.length; i++) {
      assertEquals((float) values[i], all[i]);
    }
    assertArrayEquals(Arrays.copyOf(all, 3 * 800), some);
  }

  @ParameterizedTest
  @CsvSource({
    "2 6,         '', 6",
    "2 3 2,       3 2, 6",
    "2 3 2 1,     3 2, 6",
    "2 1 3 2,     3 2, 6",
    "2 3 2 2,     '', 12",
    "2 1 1 3 1 2, 3 2, 6",
    "2 1 6,       1 6, 6"
  })
  void shouldFlattenImagesOfAnyNumberOfDimensions(String sizes, String picture, int length) {
    int[] dimensions = ints(sizes);
    Images read =
        images(write("images", IdxBytes.of(IdxType.FLOAT, dimensions, new double[2 * length])));

    assertEquals(length, read.rowLength());
    Optional<Images.Picture> expected =
        picture.isEmpty()
            ? Optional.empty()
            : Optional.of(new Images.Picture(ints(picture)[0], ints(picture)[1]));
    assertEquals(expected, read.picture());
  }

  @ParameterizedTest
  @EnumSource(IdxType.class)
  void shouldReadLabelsOfEveryTypeAndTheFirstOfSeveralColumns(IdxType type) {
    assertArrayEquals(new byte[] {2, 0, 9}, labels(type, new int[] {3}, 2, 0, 9));
    assertArrayEquals(new byte[] {2, 0, 9}, labels(type, new int[] {3, 1}, 2, 0, 9));
    // As QMNIST: class, series, writer, digit, class again ...
    assertArrayEquals(
        new byte[] {2, 0, 9}, labels(type, new int[] {3, 3}, 2, 44, 100, 0, 1, 77, 9, 3, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT,  1.5,  label is not an integer, found=1.5 at index 1",
    "DOUBLE, NaN,  label is not an integer, found=NaN at index 1",
    "FLOAT,  Infinity, label is not an integer, found=Infinity at index 1",
    "INT,    -1,   label is out of range, found=-1 at index 1",
    "BYTE,   -128, label is out of range, found=-128 at index 1",
    "INT,    2147483647, label is out of range, found=2147483647 at index 1",
    "SHORT,  256,  label is out of range, found=256 at index 1",
    "DOUBLE, 10,   label is out of range, found=10 at index 1"
  })
  void shouldRejectLabelsThatAreNotClasses(IdxType type, double value, String what, String found) {
    DataException fault =
        assertThrows(DataException.class, () -> labels(type, new int[] {2, 2}, 3, 0, value, 0));

    int at = 4 + 2 * 4 + 2 * type.bytes();
    assertFault(fault, what, "offset=" + at + ",", "expected=0 to 9 (classes=10)", found);
  }

  @Test
  void shouldRejectFilesOfOneHotOrWithoutLabels() {
    assertFault(
        assertThrows(
            DataException.class, () -> labels(IdxType.UBYTE, new int[] {2, 3}, 0, 1, 0, 0, 0, 1)),
        "labels are one-hot",
        "rows with 2 zeros and a one");
    double[] oneHot = new double[20];
    oneHot[3] = 1;
    oneHot[10] = 1;
    assertFault(
        assertThrows(DataException.class, () -> labels(IdxType.FLOAT, new int[] {2, 10}, oneHot)),
        "labels are one-hot",
        "write the number of the class");
    assertFault(
        assertThrows(DataException.class, () -> labels(IdxType.INT, new int[] {2, 1, 1}, 1, 1)),
        "not an IDX label file",
        "found=0x00000c03",
        "swapped");
  }

  @ParameterizedTest
  @CsvSource({"FLOAT, NaN", "FLOAT, -Infinity", "DOUBLE, 1e39", "DOUBLE, NaN"})
  void shouldRejectPixelsThatAreNotFiniteInSinglePrecision(IdxType type, double value) {
    String path =
        write("images", IdxBytes.of(type, new int[] {2, 2}, new double[] {1, 2, value, 3}));

    assertFault(
        assertThrows(DataException.class, () -> images(path)),
        "pixel is not finite",
        path,
        "offset=" + (12 + 2 * type.bytes()) + ",",
        "found=" + value + " at index 2");
  }

  @Test
  void shouldReportALengthThatDoesNotMatchTheType() {
    byte[] file = IdxBytes.of(IdxType.INT, new int[] {2, 2}, new double[4]);
    String shorter = write("short", Arrays.copyOf(file, file.length - 1));
    String longer = write("long", Arrays.copyOf(file, file.length + 3));

    assertFault(
        assertThrows(DataException.class, () -> images(shorter)),
        "too short",
        "expected=28 bytes",
        "found=27 bytes");
    assertFault(assertThrows(DataException.class, () -> images(longer)), "too long", "(3 extra)");
  }

  @ParameterizedTest
  @CsvSource({
    "2147483647 2147483647 2147483647 2147483647",
    "2147483647 1 2147483647",
    "65536 65536 65536 65536 65536"
  })
  void shouldRefuseDimensionsThatOverflow(String sizes) {
    String path = write("images", IdxBytes.of(IdxType.DOUBLE, ints(sizes), new double[1]));
    for (int limit : new int[] {1, IdxReader.NO_LIMIT}) {
      assertFault(
          assertThrows(DataException.class, () -> IdxReader.readImages(path, limit, HADOOP)),
          "do not fit",
          path);
    }
  }

  private byte[] labels(IdxType type, int[] sizes, double... values) {
    int count = sizes[0];
    String images = write("images", IdxBytes.images(count, 1, 1, new byte[count]));
    String labels = write("labels", IdxBytes.of(type, sizes, values));
    return IdxReader.read(images, labels, 10, IdxReader.NO_LIMIT, HADOOP).labels();
  }

  private static Images images(String path) {
    return IdxReader.readImages(path, IdxReader.NO_LIMIT, HADOOP);
  }

  private static float[] features(Images images) {
    float[] features = new float[images.count() * images.rowLength()];
    images.values().copyTo(0, features, 0, features.length);
    return features;
  }

  private static int[] ints(String text) {
    return Arrays.stream(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
  }

  private String write(String name, byte[] bytes) {
    return IdxBytes.write(folder, name, bytes);
  }
}
