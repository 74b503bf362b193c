package io.syncnorm.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in the wire format of Protocol Buffers, to be written: a sequence of fields, each a key
 * (number and wire type) and a value. Its length is known before it is written, because that of a
 * message inside another one comes first; large contents are written from where they are.
 *
 * <p>Source: "Encoding" of the documentation of Protocol Buffers, protobuf.dev.
 */
final class ProtoMessage {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH_DELIMITED = 2;
  static final int FIXED32 = 5;

  private final List<Content> contents = new ArrayList<>();
  private long length;

  /** Bytes to be written. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Adds an integer; negative ones take ten bytes. */
  ProtoMessage whole(int number, long value) {
    ByteArrayOutputStream bytes = key(number, VARINT);
    varint(value, bytes);
    return add(bytes);
  }

  /** Adds a number in single precision. */
  ProtoMessage real(int number, float value) {
    ByteArrayOutputStream bytes = key(number, FIXED32);
    int bits = Float.floatToIntBits(value);
    for (int shift = 0; shift < Float.SIZE; shift += Byte.SIZE) {
      bytes.write(bits >> shift);
    }
    return add(bytes);
  }

  ProtoMessage text(int number, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return bytes(number, bytes.length, out -> out.write(bytes));
  }

  ProtoMessage message(int number, ProtoMessage value) {
    return bytes(number, value.length, value::writeTo);
  }

  /**
   * Adds bytes.
   *
   * @param count bytes that the content writes
   */
  ProtoMessage bytes(int number, long count, Content content) {
    ByteArrayOutputStream bytes = key(number, LENGTH_DELIMITED);
    varint(count, bytes);
    add(bytes);
    contents.add(content);
    length += count;
    return this;
  }

  /** Bytes of the message. */
  long length() {
    return length;
  }

  void writeTo(OutputStream out) throws IOException {
    for (Content each : contents) {
      each.writeTo(out);
    }
  }

  private ProtoMessage add(ByteArrayOutputStream bytes) {
    length += bytes.size();
    contents.add(bytes::writeTo);
    return this;
  }

  private static ByteArrayOutputStream key(int number, int wireType) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    varint(((long) number << 3) | wireType, bytes);
    return bytes;
  }

  /** Seven bits a byte, lowest first; the highest bit says whether another byte follows. */
  private static void varint(long value, ByteArrayOutputStream bytes) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
