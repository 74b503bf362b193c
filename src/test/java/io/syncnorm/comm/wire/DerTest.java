package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Compares with values encoded by hand. */
class DerTest {
  private static final int IN_ONE_BYTE = 127;
  private static final int IN_TWO_BYTES = 128;
  private static final int IN_THREE_BYTES = 256;

  private static String hex(byte[] value) {
    return HexFormat.of().formatHex(value);
  }

  @Test
  void shouldWriteIdentifiersSevenBitsAByte() {
    assertEquals("0603550403", hex(Der.identifier(2, 5, 4, 3)));
    assertEquals("06082a8648ce3d040302", hex(Der.identifier(1, 2, 840, 10045, 4, 3, 2)));
    assertEquals("06082a7f810081800000", hex(Der.identifier(1, 2, 127, 128, 16384, 0)));
  }

  @Test
  void shouldWriteIntegersWithTheirSign() {
    assertEquals("020102", hex(Der.integer(BigInteger.TWO)));
    assertEquals("02020080", hex(Der.integer(BigInteger.valueOf(128))));
    assertEquals("020180", hex(Der.integer(BigInteger.valueOf(-128))));
  }

  @Test
  void shouldNestValues() {
    assertEquals(
        "300c020100310702010702020080",
        hex(
            Der.sequence(
                Der.integer(BigInteger.ZERO),
                Der.set(
                    concatenated(
                        Der.integer(BigInteger.valueOf(7)),
                        Der.integer(BigInteger.valueOf(128)))))));
    assertEquals("a003020102", hex(Der.numbered(0, Der.integer(BigInteger.TWO))));
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void shouldWriteTextTimesAndBits() {
    assertEquals("0c03c3a461", hex(Der.text("\u00e4a")));
    assertEquals("170d3730303130313030303030305a", hex(Der.utcTime("700101000000Z")));
    assertEquals("180f39393939313233313233353935395a", hex(Der.generalizedTime("99991231235959Z")));
    assertEquals("030300abcd", hex(Der.bits(new byte[] {(byte) 0xab, (byte) 0xcd})));
  }

  @Test
  void shouldWriteLongLengthsInAsManyBytesAsTheyNeed() {
    assertEquals("0c7f", hex(Der.text("x".repeat(IN_ONE_BYTE))).substring(0, 4));
    assertEquals("0c8180", hex(Der.text("x".repeat(IN_TWO_BYTES))).substring(0, 6));
    assertEquals("0c820100", hex(Der.text("x".repeat(IN_THREE_BYTES))).substring(0, 8));
  }
}
