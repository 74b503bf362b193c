package io.syncnorm.data.idx;

import static io.syncnorm.data.idx.IdxBytes.gzip;
import static io.syncnorm.data.idx.IdxBytes.join;
import static io.syncnorm.data.idx.IdxBytes.noise;
import static io.syncnorm.data.idx.IdxBytes.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdxReaderTest {
  private static final int CLASSES = 256;
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"1,1,1", "3,1,5", "5,2,3", "7,28,28", "400,31,17"})
  void shouldReadAnySizePackedOrNot(int count, int height, int width) {
    byte[] pixels = noise(count * height * width, 1);
    byte[] labels = noise(count, 2);
    byte[] imageFile = IdxBytes.images(count, height, width, pixels);
    byte[] labelFile = IdxBytes.labels(count, labels);

    for (boolean packed : new boolean[] {false, true}) {
      LabelledImages read =
          IdxReader.read(
              write(folder, "images", packed ? gzip(imageFile) : imageFile),
              write(folder, "labels", packed ? gzip(labelFile) : labelFile),
              CLASSES,
              IdxReader.NO_LIMIT,
              HADOOP);

      assertEquals(count, read.count());
      assertEquals(List.of(height, width), read.images().shape());
      assertArrayEquals(pixels, IdxBytes.pixels(read.images()));
      assertArrayEquals(labels, read.labels());
    }
  }

  @Test
  void shouldDetectGzipByContentAndNotByName() {
    byte[] file = IdxBytes.images(2, 1, 2, new byte[] {1, 2, 3, 4});

    String rawNamedGz = write(folder, "raw.gz", file);
    String packedNamedRaw = write(folder, "packed.idx", gzip(file));

    assertArrayEquals(new byte[] {1, 2, 3, 4}, IdxBytes.pixels(readAll(rawNamedGz)));
    assertArrayEquals(new byte[] {1, 2, 3, 4}, IdxBytes.pixels(readAll(packedNamedRaw)));
  }

  @Test
  void shouldReadGzipFilesOfSeveralMembers() {
    byte[] file = IdxBytes.images(3, 4, 5, noise(60, 3));
    byte[] members =
        join(gzip(Arrays.copyOf(file, 21)), gzip(Arrays.copyOfRange(file, 21, file.length)));

    assertArrayEquals(noise(60, 3), IdxBytes.pixels(readAll(write(folder, "members", members))));
  }

  @Test
  void shouldReadSeveralMembersForAnyBlockBoundary() {
    byte[] pixels = noise(4000, 6);
    byte[] file = IdxBytes.images(4000, 1, 1, pixels);
    // The file system returns 1000 bytes at a time: some first member ends with such a piece.
    for (int first = 900; first < 1100; first++) {
      byte[] members =
          join(gzip(Arrays.copyOf(file, first)), gzip(Arrays.copyOfRange(file, first, 4016)));
      String path = FaultyFileSystem.SCHEME + ":" + write(folder, "members", members);

      Images read = IdxReader.readImages(path, 4000, FaultyFileSystem.configuration());

      assertArrayEquals(pixels, IdxBytes.pixels(read));
      assertEquals(members.length, read.files().get(0).bytes());
    }
  }

  @Test
  void shouldGrowArraysWhenAFileCompressesBetterThanExpected() {
    byte[] blank = new byte[3_000_000]; // Compresses a thousandfold, so arrays grow several times.
    blank[blank.length - 1] = 9;

    String path = write(folder, "blank", gzip(IdxBytes.images(3, 1000, 1000, blank)));

    assertArrayEquals(blank, IdxBytes.pixels(readAll(path)));
  }

  @Test
  void shouldReadFileUris() {
    String path = write(folder, "images", IdxBytes.images(1, 1, 1, new byte[] {5}));

    Images read = readAll("file://" + path);

    assertArrayEquals(new byte[] {5}, IdxBytes.pixels(read));
    assertEquals("file:" + path, read.files().get(0).path());
  }

  @Test
  void shouldReadPlainNamesFromTheLocalDiskWithAnyDefaultFileSystem() {
    String path =
        write(folder, "a%20b: [1] {c,d}#?*\\\n\"ü'", IdxBytes.images(1, 1, 1, new byte[] {5}));
    Configuration hadoop = FaultyFileSystem.configuration();
    hadoop.set("fs.defaultFS", FaultyFileSystem.SCHEME + ":///");

    Images read = IdxReader.readImages(path, 1, hadoop);

    assertEquals("file:" + path, read.files().get(0).path());
  }

  @Test
  void shouldKeepTheFirstRowsUnderALimit() {
    byte[] pixels = noise(5 * 6, 4);
    String images = write(folder, "images", gzip(IdxBytes.images(5, 2, 3, pixels)));
    String labels = write(folder, "labels", IdxBytes.labels(5, new byte[] {0, 1, 2, 1, 0}));

    LabelledImages read = IdxReader.read(images, labels, 3, 2, HADOOP);

    assertEquals(2, read.count());
    assertArrayEquals(Arrays.copyOf(pixels, 12), IdxBytes.pixels(read.images()));
    assertArrayEquals(new byte[] {0, 1}, read.labels());
    assertEquals(5, IdxReader.read(images, labels, 3, 5, HADOOP).count());
    assertEquals(5, IdxReader.read(images, labels, 3, 6, HADOOP).count());
  }

  @Test
  void shouldRecordHashAndSizeOfFilesAsStoredWithAnyLimit() throws Exception {
    byte[] imageFile = gzip(IdxBytes.images(5, 200, 300, noise(5 * 200 * 300, 5)));
    byte[] labelFile = IdxBytes.labels(5, new byte[5]);
    String images = write(folder, "images", imageFile);
    String labels = write(folder, "labels", labelFile);

    for (int limit : new int[] {1, IdxReader.NO_LIMIT}) {
      List<IdxFile> files = IdxReader.read(images, labels, 1, limit, HADOOP).files();

      assertEquals(
          List.of(
              new IdxFile("file:" + images, sha256(imageFile), imageFile.length),
              new IdxFile("file:" + labels, sha256(labelFile), labelFile.length)),
          files);
    }
  }

  @Test
  void shouldRefuseArgumentsOutOfRange() {
    assertThrows(
        IllegalArgumentException.class, () -> IdxReader.read("a", "b", 0, 1, HADOOP), "classes");
    assertThrows(
        IllegalArgumentException.class, () -> IdxReader.read("a", "b", 257, 1, HADOOP), "classes");
    assertThrows(
        IllegalArgumentException.class, () -> IdxReader.readImages("a", 0, HADOOP), "limit");
  }

  private static Images readAll(String path) {
    return IdxReader.readImages(path, IdxReader.NO_LIMIT, HADOOP);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
