package io.syncnorm.comm.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReportBytesTest {
  private static final int PART = 1 << 20;

  private final Random random = new Random(7);

  @Test
  void shouldReturnWhatWasWrittenInPiecesOfAnyLength() throws IOException {
    byte[] bytes = bytes(3_000_000);
    for (ReportBytes report :
        new ReportBytes[] {
          new ReportBytes(), new ReportBytes(1), new ReportBytes(10_000), new ReportBytes(4_000_000)
        }) {
      writeInPieces(report, bytes);
      assertEquals(bytes.length, report.length());
      assertEquals(Byte.toUnsignedInt(bytes[0]), report.first());
      assertArrayEquals(bytes, report.toArray(bytes.length));
      assertArrayEquals(bytes, sent(report, 1000));
      assertArrayEquals(bytes, report.in().readAllBytes());
    }
  }

  private void writeInPieces(ReportBytes report, byte[] bytes) throws IOException {
    OutputStream out = report.out();
    InputStream in = new ByteArrayInputStream(bytes);
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, random.nextInt(200_000));
      if (random.nextBoolean()) {
        out.write(bytes[at]);
        in.skipNBytes(1);
        at++;
      } else if (random.nextBoolean()) {
        report.append(in, length);
        at += length;
      } else {
        out.write(bytes, at, length);
        in.skipNBytes(length);
        at += length;
      }
    }
  }

  @Test
  void shouldNotCopyBytesThatItIsMadeOf() throws IOException {
    byte[] bytes = {5, 6};
    ReportBytes report = ReportBytes.of(bytes);
    assertEquals(5, report.first());
    report.forEachPart(
        PART, (block, from, count) -> assertTrue(block == bytes && from == 0 && count == 2));
  }

  @Test
  void shouldHaveNoFirstByteIfEmpty() throws IOException {
    ReportBytes empty = new ReportBytes(10);
    assertEquals(0, empty.length());
    assertEquals(-1, empty.first());
    assertEquals(-1, empty.in().read());
    assertEquals(0, sent(empty, PART).length);
  }

  @Test
  void shouldUseItsMemoryAgain() throws IOException {
    ReportBytes report = new ReportBytes(100);
    byte[][] blocks = new byte[2][];
    for (int time = 0; time < 2; time++) {
      int each = time;
      byte[] bytes = bytes(time == 0 ? 80 : 40);
      report.out().write(bytes);
      report.forEachPart(PART, (block, from, count) -> blocks[each] = block);
      assertArrayEquals(bytes, report.toArray(PART));
      report.clear();
      assertEquals(0, report.length());
    }
    assertTrue(blocks[0] == blocks[1]);
  }

  /** The blocks are one array, so that the report takes 16 MB of memory. */
  @Test
  void shouldBeLongerThanAnArray() throws IOException {
    int blocks = 130;
    long whole = (long) blocks * ReportBytes.MAX_BLOCK;
    long expected = whole + 3;
    assertTrue(whole > 1L << 31);
    ReportBytes report = new ReportBytes();
    byte[] block = new byte[ReportBytes.MAX_BLOCK];
    for (int i = 0; i < blocks; i++) {
      report.add(block);
    }
    report.clear();
    InputStream generated = new Generated();
    for (long at = 0; at < whole; at += PART) {
      report.append(generated, (int) Math.min(PART, whole - at));
    }
    report.out().write(new byte[] {1, 2, 3});
    assertEquals(expected, report.length());
    long[] parts = new long[2];
    report.forEachPart(
        PART,
        (bytes, from, count) -> {
          assertTrue(count > 0 && count <= PART);
          parts[0] += count;
          parts[1] = bytes[from + count - 1];
        });
    assertArrayEquals(new long[] {expected, 3}, parts);

    String refused =
        assertThrows(IllegalArgumentException.class, () -> report.toArray(PART)).getMessage();
    assertTrue(refused.contains("expected bytes<=1048576, found bytes=" + expected), refused);
    try (InputStream in = report.in()) {
      in.skipNBytes(expected - 2);
      assertArrayEquals(new byte[] {2, 3}, in.readAllBytes());
    }
  }

  /** Any number of bytes. */
  private static final class Generated extends InputStream {
    @Override
    public int read() {
      return 7;
    }

    @Override
    public int read(byte[] into, int from, int count) {
      into[from] = 7;
      return count;
    }
  }

  @Test
  void shouldNoticeThatAStreamEnds() {
    InputStream in = new ByteArrayInputStream(bytes(9_000));
    assertThrows(EOFException.class, () -> new ReportBytes().append(in, 9_001));
  }

  @Test
  void shouldNotAppendABlockToAnother() throws IOException {
    ReportBytes report = new ReportBytes(10);
    report.out().write(1);
    assertThrows(IllegalStateException.class, () -> report.add(new byte[1]));
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] sent(ReportBytes report, int most) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    report.forEachPart(
        most,
        (block, from, count) -> {
          assertTrue(count > 0 && count <= most);
          all.write(Arrays.copyOfRange(block, from, from + count));
        });
    return all.toByteArray();
  }
}
