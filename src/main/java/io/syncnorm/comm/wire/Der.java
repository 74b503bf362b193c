package io.syncnorm.comm.wire;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Writes the ASN.1 values that a certificate consists of, by the Distinguished Encoding Rules
 * (ITU-T X.690): a tag, the length of the content, the content.
 */
final class Der {
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int EXPLICIT = 0xa0;
  private static final int LONG_LENGTH = 0x80;

  private Der() {}

  static byte[] sequence(byte[]... values) {
    return value(SEQUENCE, concatenate(values));
  }

  static byte[] set(byte[] only) {
    return value(SET, only);
  }

  static byte[] integer(BigInteger number) {
    return value(INTEGER, number.toByteArray());
  }

  /**
   * @param arcs numbers of the identifier, such as 1, 2, 840 of ANSI; the first is below 3, the
   *     second below 40
   */
  static byte[] identifier(int... arcs) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(40 * arcs[0] + arcs[1]);
    for (int i = 2; i < arcs.length; i++) {
      int bits = Integer.SIZE - Integer.numberOfLeadingZeros(arcs[i] | 1);
      for (int shift = (bits - 1) / 7 * 7; shift >= 0; shift -= 7) { // seven bits a byte
        content.write(((arcs[i] >> shift) & 0x7f) | (shift > 0 ? 0x80 : 0));
      }
    }
    return value(OBJECT_IDENTIFIER, content.toByteArray());
  }

  static byte[] text(String text) {
    return value(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A time before 2050, as {@code YYMMDDhhmmssZ}; 50 and above is of the last century. */
  static byte[] utcTime(String time) {
    return value(UTC_TIME, time.getBytes(StandardCharsets.US_ASCII));
  }

  /** A time from 2050 on, as {@code YYYYMMDDhhmmssZ}. */
  static byte[] generalizedTime(String time) {
    return value(GENERALIZED_TIME, time.getBytes(StandardCharsets.US_ASCII));
  }

  /** Whole bytes, as a string of bits. */
  static byte[] bits(byte[] bytes) {
    byte[] noneUnused = {0};
    return value(BIT_STRING, concatenate(noneUnused, bytes));
  }

  /** A value with a number, which says which of several optional ones it is. */
  static byte[] numbered(int number, byte[] value) {
    return value(EXPLICIT + number, value);
  }

  private static byte[] value(int tag, byte[] content) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    value.write(tag);
    if (content.length < LONG_LENGTH) {
      value.write(content.length);
    } else {
      int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(content.length) + 7) / 8;
      value.write(LONG_LENGTH + bytes);
      for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        value.write(content.length >> shift); // its lowest eight bits
      }
    }
    value.writeBytes(content);
    return value.toByteArray();
  }

  private static byte[] concatenate(byte[]... values) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] value : values) {
      all.writeBytes(value);
    }
    return all.toByteArray();
  }
}
