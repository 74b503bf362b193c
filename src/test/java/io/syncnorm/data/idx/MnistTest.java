package io.syncnorm.data.idx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The MNIST files of this repository, against published facts about MNIST. */
class MnistTest {
  private static final Path FOLDER = Path.of("data", "mnist").toAbsolutePath();
  private static LabelledImages train;
  private static LabelledImages test;

  @BeforeAll
  @Timeout(value = 30, unit = TimeUnit.SECONDS) // About half a second on a free machine.
  static void read() {
    train = read("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz");
    test = read("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz");
  }

  @Test
  void shouldHaveTheKnownShapes() {
    assertEquals(60_000, train.count());
    assertEquals(10_000, test.count());
    assertEquals(List.of(28, 28), train.images().shape());
    assertEquals(List.of(28, 28), test.images().shape());
  }

  @Test
  void shouldHaveTheKnownContentToTheLastByte() throws Exception {
    assertEquals("6bbc9ace898e44ae57da46a324031adb", md5OfImageFile(train));
    assertEquals("a25bea736e30d166cdddb491f175f624", md5OfLabelFile(train));
    assertEquals("2646ac647ad5339dbf082846283269ea", md5OfImageFile(test));
    assertEquals("27ae3e4e09519cfbb04c329615203637", md5OfLabelFile(test));
  }

  @Test
  void shouldHaveTheKnownNumberOfEachDigit() {
    assertArrayEquals(
        new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, classCounts(train));
    assertArrayEquals(
        new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, classCounts(test));
  }

  @Test
  void shouldMatchTheDocumentedHashes() throws Exception {
    List<String> sums = Files.readAllLines(FOLDER.resolve("SHA256SUMS"));
    String readme = Files.readString(FOLDER.resolveSibling("README.md"));

    assertEquals(4, sums.size());
    for (LabelledImages images : List.of(train, test)) {
      assertEquals(2, images.files().size());
      for (IdxFile file : images.files()) {
        String name = Path.of(file.path()).getFileName().toString();
        assertTrue(sums.contains(file.sha256() + "  " + name), file::toString);
        assertTrue(readme.contains(file.sha256()), file::toString);
        assertEquals(Files.size(FOLDER.resolve(name)), file.bytes());
      }
    }
  }

  private static LabelledImages read(String images, String labels) {
    return IdxReader.read(
        FOLDER.resolve(images).toString(),
        FOLDER.resolve(labels).toString(),
        10,
        IdxReader.NO_LIMIT,
        new Configuration());
  }

  private static String md5OfImageFile(LabelledImages images) throws Exception {
    return md5(IdxBytes.images(images.count(), 28, 28, IdxBytes.pixels(images.images())));
  }

  private static String md5OfLabelFile(LabelledImages images) throws Exception {
    return md5(IdxBytes.labels(images.count(), images.labels()));
  }

  private static String md5(byte[] file) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(file));
  }

  private static int[] classCounts(LabelledImages images) {
    int[] counts = new int[10];
    for (ByteBuffer labels = ByteBuffer.wrap(images.labels()); labels.hasRemaining(); ) {
      counts[labels.get()]++;
    }
    return counts;
  }
}
