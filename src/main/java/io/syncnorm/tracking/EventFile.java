package io.syncnorm.tracking;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file. Each record, numbers little-endian:
 *
 * <pre>
 * 0        8              12              12 + length
 * +--------+--------------+---------------+------------+
 * | length | crc of it    | Event         | crc of it  |
 * | [8]    | masked [4]   | [length]      | masked [4] |
 * +--------+--------------+---------------+------------+
 * </pre>
 *
 * <p>Event and Summary are protocol buffers (event.proto, summary.proto of TensorFlow): {@code
 * Event {double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5}},
 * {@code Summary {repeated Value value = 1}}, {@code Value {string tag = 1; float simple_value =
 * 2}}.
 */
final class EventFile implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";

  /** A CRC of data that contains a CRC is weak; TFRecords rotate it and add this constant. */
  private static final int MASK_DELTA = 0xa282ead8;

  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int BYTES = 2;
  private static final int FOUR_BYTES = 5;

  private final OutputStream out;

  /** Creates the file, whose name must contain {@code tfevents}, and writes its first record. */
  EventFile(Path file, double wallSeconds) throws IOException {
    this.out = Files.newOutputStream(file);
    Message event = new Message().add(1, wallSeconds);
    write(event.add(3, VERSION.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Adds values of one step.
   *
   * @param wallSeconds since 1970
   */
  void add(double wallSeconds, long step, Map<String, Double> values) throws IOException {
    Message summary = new Message();
    values.forEach(
        (tag, value) -> {
          Message one = new Message().add(1, tag.getBytes(StandardCharsets.UTF_8));
          summary.add(1, one.add(2, value.floatValue()).bytes());
        });
    write(new Message().add(1, wallSeconds).add(2, step).add(5, summary.bytes()));
  }

  private void write(Message event) throws IOException {
    byte[] data = event.bytes();
    byte[] length = littleEndian(8).putLong(data.length).array();
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.write(length);
    record.write(littleEndian(4).putInt(maskedCrc(length)).array());
    record.write(data);
    record.write(littleEndian(4).putInt(maskedCrc(data)).array());
    out.write(record.toByteArray()); // in one write: readers wait at the end for complete records
  }

  private static int maskedCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** A protocol buffer: a sequence of fields, each with its number and wire type. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] bytes() {
      return bytes.toByteArray();
    }

    Message add(int field, double value) {
      key(field, EIGHT_BYTES);
      bytes.writeBytes(littleEndian(8).putDouble(value).array());
      return this;
    }

    Message add(int field, float value) {
      key(field, FOUR_BYTES);
      bytes.writeBytes(littleEndian(4).putFloat(value).array());
      return this;
    }

    Message add(int field, long value) {
      key(field, VARINT);
      varint(value);
      return this;
    }

    Message add(int field, byte[] value) {
      key(field, BYTES);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    private void key(int field, int type) {
      varint(((long) field << 3) | type);
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
  }
}
