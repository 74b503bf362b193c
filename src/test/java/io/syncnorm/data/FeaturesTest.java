package io.syncnorm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeaturesTest {
  /** One piece of a stream has 16384 floats. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16383, 16384, 16385, 40000})
  void shouldSerializeBitForBit(int length) throws Exception {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = Float.intBitsToFloat(0x7fa00000 + i * 31); // includes NaNs of many kinds
    }
    Features.Floats found = (Features.Floats) copy(new Features.Floats(values));
    assertArrayEquals(bits(values), bits(found.values()));
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    assertArrayEquals(bytes, ((Features.Bytes) copy(new Features.Bytes(bytes))).values());
  }

  @Test
  void shouldPickRowsWithTheirLabelsAndWeights() {
    float[] features = {0, 1, 10, 11, 20, 21, 30, 31};
    Rows rows =
        new Rows(2, new Features.Floats(features), new int[] {5, 6, 7, 8})
            .withWeights(new float[] {0.5f, 1, 2, 4});
    Rows picked = rows.pick(new int[] {3, 0});
    assertArrayEquals(new float[] {30, 31, 0, 1}, ((Features.Floats) picked.features()).values());
    assertEquals(8, picked.label(0));
    assertEquals(5, picked.label(1));
    assertEquals(4f, picked.weight(0));
    assertEquals(0.5f, picked.weight(1));
    assertEquals(1f, new Rows(2, rows.features(), new int[4]).pick(new int[] {1}).weight(0));
  }

  private static final Features.Sparse SPARSE =
      new Features.Sparse(
          4, new int[] {0, 2, 2, 3}, new int[] {1, 3, 0}, new float[] {0.5f, 7, Float.MIN_VALUE});

  @Test
  void shouldExpandAnyRangeOfSparseRows() {
    float[] all = {0, 0.5f, 0, 7, 0, 0, 0, 0, Float.MIN_VALUE, 0, 0, 0};
    assertEquals(all.length, SPARSE.length());
    assertEquals(4 * 4 + 3 * 8, SPARSE.storedBytes());
    for (int from = 0; from <= all.length; from++) {
      for (int count = 0; from + count <= all.length; count++) {
        float[] found = new float[count + 2];
        Arrays.fill(found, 9);
        SPARSE.copyTo(from, found, 1, count);
        assertArrayEquals(
            Arrays.copyOfRange(all, from, from + count), Arrays.copyOfRange(found, 1, count + 1));
        assertEquals(9, found[0]);
        assertEquals(9, found[count + 1]);
      }
    }
    assertThrows(IndexOutOfBoundsException.class, () -> SPARSE.copyTo(8, new float[9], 0, 5));
  }

  @Test
  void shouldHaveMoreSparseValuesThanAnArrayHolds() {
    int wide = Integer.MAX_VALUE;
    Features.Sparse two =
        new Features.Sparse(wide, new int[] {0, 0, 1}, new int[] {wide - 1}, new float[] {3});
    assertEquals(2L * wide, two.length());
    float[] last = new float[2];
    two.copyTo(2L * wide - 2, last, 0, 2);
    assertArrayEquals(new float[] {0, 3}, last);
    assertEquals(2, new Rows(wide, two, new int[2]).count());
  }

  @Test
  void shouldPickAndSerializeSparseRows() throws Exception {
    for (Features.Sparse rows : List.of(SPARSE, (Features.Sparse) copy(SPARSE))) {
      Features.Sparse picked = rows.pick(new int[] {2, 1, 0, 2}, 4);
      assertArrayEquals(new int[] {0, 1, 1, 3, 4}, picked.rowStarts());
      assertArrayEquals(new int[] {0, 1, 3, 0}, picked.columns());
      assertArrayEquals(new float[] {Float.MIN_VALUE, 0.5f, 7, Float.MIN_VALUE}, picked.values());
    }
  }

  @Test
  void shouldRejectInvalidSparseRows() {
    for (int[] starts : new int[][] {{}, {1, 2}, {0, 1}, {0, 3, 2}}) {
      assertRefused(starts, 0, 1);
    }
    assertRefused(new int[] {0, 2}, 1, 1);
    assertRefused(new int[] {0, 2}, 1, 4);
    assertRefused(new int[] {0, 2}, -1, 1);
  }

  private static void assertRefused(int[] rowStarts, int... columns) {
    float[] values = new float[columns.length];
    assertThrows(
        IllegalArgumentException.class, () -> new Features.Sparse(4, rowStarts, columns, values));
  }

  @Test
  void shouldUseBytesAsWholeNumbersOrAsQuotients() throws Exception {
    byte[] bytes = {0, 1, (byte) 255};
    float[] found = new float[3];
    ((Features) copy(new Features.Bytes(bytes, 1))).copyTo(0, found, 0, 3);
    assertArrayEquals(new float[] {0, 1, 255}, found);
    ((Features) copy(new Features.Bytes(bytes))).copyTo(0, found, 0, 3);
    assertArrayEquals(new float[] {0, 1 / 255f, 1}, found);
    assertThrows(IllegalArgumentException.class, () -> new Features.Bytes(bytes, 2));
  }

  @Test
  void shouldJoinPartsOfAnyKindWithTheirWeights() {
    Rows bytes = new Rows(2, new Features.Bytes(new byte[] {0, (byte) 255}), new int[] {3});
    Rows floats =
        new Rows(2, new Features.Floats(new float[] {7, 8, 9, 10}), new int[] {4, 5})
            .withWeights(new float[] {0.5f, 2});
    Rows joined = Rows.join(2, List.of(bytes, Rows.none(2), floats));
    assertArrayEquals(
        new float[] {0, 1, 7, 8, 9, 10}, ((Features.Floats) joined.features()).values());
    for (int row = 0; row < 3; row++) {
      assertEquals(3 + row, joined.label(row));
      assertEquals(List.of(1f, 0.5f, 2f).get(row), joined.weight(row));
    }
    assertEquals(1f, Rows.join(2, List.of(bytes, bytes)).weight(1));
    assertEquals(0, Rows.join(2, List.of()).count());
  }

  /** A checksum is computed in pieces of 16384 floats. */
  @ParameterizedTest
  @ValueSource(ints = {1, 16383, 16384, 16385, 40000})
  void shouldAddAllContentToAChecksum(int rowLength) {
    float[] features = new float[rowLength];
    for (int i = 0; i < rowLength; i++) {
      features[i] = 0.1f * i;
    }
    ByteBuffer all = ByteBuffer.allocate(4 * (4 + rowLength));
    all.putInt(1).putInt(1).putInt(6).putFloat(0.5f);
    for (float feature : features) {
      all.putFloat(feature);
    }
    CRC32C expected = new CRC32C();
    expected.update(all.array());
    CRC32C found = new CRC32C();
    new Rows(rowLength, new Features.Floats(features), new int[] {6})
        .withWeights(new float[] {0.5f})
        .addTo(found);
    assertEquals(expected.getValue(), found.getValue());
  }

  private static Object copy(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
