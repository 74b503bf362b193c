package io.syncnorm.data.idx;

import static io.syncnorm.data.idx.Faults.assertFault;
import static io.syncnorm.data.idx.Faults.readFault;
import static io.syncnorm.data.idx.IdxBytes.gzip;
import static io.syncnorm.data.idx.IdxBytes.join;
import static io.syncnorm.data.idx.IdxBytes.noise;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.syncnorm.data.DataException;
import java.io.EOFException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that cannot be read or decompressed. */
class StoredFileFaultTest {
  private static final byte[] GOOD = IdxBytes.images(3, 2, 2, noise(12, 1));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 27, 100, 200_000})
  void shouldRejectBytesAfterAGzipStream(int extra) {
    String path = write(join(gzip(GOOD), noise(extra, 7)));
    assertFault(
        readFault(path),
        "has data after its end",
        path,
        "offset=28",
        "expected=nothing after the gzip stream",
        "found=" + extra + " extra bytes in the file");
  }

  @Test
  void shouldRefuseEveryTruncationOfAGzipStream() {
    byte[] whole = gzip(GOOD);
    for (int length = 2; length < whole.length; length++) {
      String path = write(Arrays.copyOf(whole, length));
      DataException fault = readFault(path);
      assertFault(
          fault,
          "compressed file is corrupt",
          path,
          "offset=",
          "expected=an intact gzip stream",
          "found=",
          "copy it again");
      assertInstanceOf(EOFException.class, fault.getCause());
    }
  }

  @Test
  void shouldRefuseACorruptGzipStream() {
    byte[] images = IdxBytes.images(100, 28, 28, noise(78_400, 3));
    byte[] whole = gzip(images);
    byte[] wrongContent = whole.clone();
    wrongContent[whole.length / 2] ^= 0x55;
    byte[] wrongTrailer = whole.clone();
    wrongTrailer[whole.length - 6] ^= 1;
    byte[] wrongMethod = whole.clone();
    wrongMethod[2] = 9;
    for (byte[] file : List.of(wrongContent, wrongTrailer, wrongMethod)) {
      String path = write(file);
      DataException fault = readFault(path);
      assertFault(
          fault,
          "compressed file is corrupt",
          path,
          "offset=",
          "expected=an intact gzip stream",
          "found=",
          "copy it again");
      assertInstanceOf(ZipException.class, fault.getCause());
    }
  }

  @Test
  void shouldRefuseAMissingFile() {
    String path = folder.resolve("absent").toString();
    assertFault(
        readFault(path), "does not exist", "file:" + path, "expected=a file", "found=nothing");
  }

  @Test
  void shouldRefuseADirectory() {
    String path = folder.toString();
    assertFault(readFault(path), "file:" + path, "expected=a file", "found=a directory");
  }

  @Test
  void shouldRejectAPathOnAnUnknownFileSystem() {
    for (String path : List.of("nowhere://host/images", "", "file://host/x")) {
      assertFault(
          readFault(path),
          "path cannot be resolved: file=" + path + ",",
          "expected=a path",
          "found=");
    }
  }

  @Test
  void shouldRefuseAnUnreadableFile() {
    String path = FaultyFileSystem.SCHEME + ":" + write(FaultyFileSystem.FORBIDDEN, GOOD);
    assertFault(
        readFault(path),
        "cannot be opened",
        path,
        "expected=a readable file",
        "Permission denied: user=nobody",
        "check the permissions");
  }

  @Test
  void shouldReportAFileThatFailsWhileReading() {
    String name = FaultyFileSystem.BREAKS_AFTER_20_BYTES;
    String path = FaultyFileSystem.SCHEME + ":" + write(name, GOOD);
    DataException fault = readFault(path);
    assertFault(
        fault,
        "cannot be read",
        path,
        "offset=20",
        "expected=readable content",
        "found=Connection reset");
    assertEquals("Connection reset", fault.getCause().getMessage());
  }

  @Test
  void shouldFindFaultsInFilesReadInSmallPieces() {
    byte[] images = IdxBytes.images(100, 28, 28, noise(78_400, 3));
    String scheme = FaultyFileSystem.SCHEME + ":";

    String members = scheme + write("members", join(gzip(GOOD), gzip(images)));
    String behind = scheme + write("behind", join(gzip(images), noise(5_000, 1)));

    assertFault(readFault(members), "too long", members, "found=78444 bytes (78416 extra)");
    assertFault(
        readFault(behind), "has data after its end", behind, "found=5000 extra bytes in the file");
  }

  private String write(byte[] bytes) {
    return write("images", bytes);
  }

  private String write(String name, byte[] bytes) {
    return IdxBytes.write(folder, name, bytes);
  }
}
