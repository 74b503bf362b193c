package io.syncnorm.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the fields of a message in the wire format of Protocol Buffers (see {@link ProtoMessage}),
 * in their order in the file. Values are read by what the caller takes them for; fields that it
 * does not read are skipped.
 *
 * <pre>
 * while (reader.next()) {
 *   switch (reader.number()) { case 1 -> name = reader.text(); default -> {} }
 * }
 * </pre>
 */
final class ProtoReader {
  private static final int LONGEST_VARINT = 10;
  private static final int MOST_FIELDS = (1 << 29) - 1;

  private final String message;
  private final ByteBuffer bytes;
  private int number;
  private int wireType;
  private boolean isRead = true;

  /**
   * @param message its name, for error messages
   */
  ProtoReader(String message, ByteBuffer bytes) {
    this.message = message;
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Proceeds to the next field, if there is one.
   *
   * @throws OnnxException if the message is truncated or damaged
   */
  boolean next() {
    if (!isRead) {
      skip();
    }
    if (!bytes.hasRemaining()) {
      return false;
    }
    long key = varint();
    long found = key >>> 3;
    if (found == 0 || found > MOST_FIELDS) {
      throw damaged("field=" + found);
    }
    number = (int) found;
    wireType = (int) (key & 7);
    isRead = false;
    return true;
  }

  /** The number of the current field. */
  int number() {
    return number;
  }

  long whole() {
    require(ProtoMessage.VARINT);
    return varint();
  }

  float real() {
    require(ProtoMessage.FIXED32);
    return take(Float.BYTES).getFloat();
  }

  String text() {
    ByteBuffer text = bytes();
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(text);
      return decoded.toString();
    } catch (CharacterCodingException e) {
      throw damaged("a text that is not UTF-8");
    }
  }

  /** The field as a message. */
  ProtoReader message(String name) {
    return new ProtoReader(name, bytes());
  }

  /** The field's bytes, little-endian, as they are in memory: not a copy. */
  ByteBuffer bytes() {
    require(ProtoMessage.LENGTH_DELIMITED);
    return delimited();
  }

  /** The integers of a repeated field: one, or several that are packed. */
  List<Long> wholes() {
    if (wireType == ProtoMessage.VARINT) {
      return List.of(whole());
    }
    ProtoReader packed = new ProtoReader(message, bytes());
    List<Long> values = new ArrayList<>();
    while (packed.bytes.hasRemaining()) {
      values.add(packed.varint());
    }
    return values;
  }

  private void skip() {
    isRead = true;
    switch (wireType) {
      case ProtoMessage.VARINT -> varint();
      case ProtoMessage.FIXED64 -> take(Long.BYTES);
      case ProtoMessage.LENGTH_DELIMITED -> delimited();
      case ProtoMessage.FIXED32 -> take(Float.BYTES);
      default -> throw damaged("wire type=" + wireType);
    }
  }

  private void require(int expected) {
    if (wireType != expected) {
      throw damaged("wire type=" + wireType);
    }
    isRead = true;
  }

  private ByteBuffer delimited() {
    long length = varint();
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw damaged("length=" + length);
    }
    return take((int) length);
  }

  private ByteBuffer take(int length) {
    if (length > bytes.remaining()) {
      throw truncated(length, bytes.remaining());
    }
    ByteBuffer taken = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + length);
    return taken;
  }

  private long varint() {
    long value = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      if (!bytes.hasRemaining()) {
        throw truncated(1, 0);
      }
      byte next = bytes.get();
      value |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw damaged("an integer of more than ten bytes");
  }

  private OnnxException truncated(int expected, int found) {
    return new OnnxException(
        String.format(
            Locale.ROOT,
            "it is truncated: in field %d of a %s, expected bytes=%d, found bytes=%d",
            number,
            message,
            expected,
            found));
  }

  private OnnxException damaged(String found) {
    return new OnnxException(
        "it is not an ONNX file, or damaged: in a %s after field %s, found %s"
            .formatted(message, number, found));
  }
}
