package io.syncnorm.dl4j.file;

import io.syncnorm.dl4j.fused.NotFusedException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Reads and writes ND4J's binary format of a float array {@code [1, length]}, without ND4J's native
 * library. Two buffers, each with a header:
 *
 * <pre>
 * UTF MIXED_DATA_TYPES | long 8      | UTF LONG  | 2, 1, length, 1, 1, type, 1, order: long each
 * UTF MIXED_DATA_TYPES | long length | UTF FLOAT | values, big-endian
 * </pre>
 */
final class StoredRow {
  private static final String ALLOCATION = "MIXED_DATA_TYPES";
  private static final String SHAPE_TYPE = "LONG";
  private static final String OLD_SHAPE_TYPE = "INT";
  private static final String FLOAT = "FLOAT";
  private static final long FLOAT_BIT = 0x2000;
  private static final long ORDER = 'c';

  private StoredRow() {}

  static void write(float[] values, DataOutputStream out) throws IOException {
    long[] shape = {2, 1, values.length, 1, 1, FLOAT_BIT, 1, ORDER};
    out.writeUTF(ALLOCATION);
    out.writeLong(shape.length);
    out.writeUTF(SHAPE_TYPE);
    for (long each : shape) {
      out.writeLong(each);
    }
    out.writeUTF(ALLOCATION);
    out.writeLong(values.length);
    out.writeUTF(FLOAT);
    for (float value : values) {
      out.writeFloat(value);
    }
  }

  /**
   * Reads an array that fills all bytes.
   *
   * @throws NotFusedException if its values are not floats
   */
  static float[] read(byte[] bytes) throws IOException {
    ByteArrayInputStream all = new ByteArrayInputStream(bytes);
    float[] values = next(all);
    if (all.available() >= Float.BYTES) {
      throw misfit(values.length, values.length + all.available() / Float.BYTES);
    }
    return values;
  }

  /**
   * Reads the next array.
   *
   * @throws NotFusedException if its values are not floats
   */
  static float[] next(ByteArrayInputStream all) throws IOException {
    DataInputStream in = new DataInputStream(all);
    in.readUTF();
    long shapeLength = in.readLong();
    String shapeType = in.readUTF();
    if (!shapeType.equals(SHAPE_TYPE) && !shapeType.equals(OLD_SHAPE_TYPE)) {
      throw new IOException("not an ND4J array: its shape has type " + shapeType);
    }
    in.skipNBytes(
        Math.multiplyExact(shapeLength, shapeType.equals(SHAPE_TYPE) ? Long.BYTES : Integer.BYTES));
    in.readUTF();
    long length = in.readLong();
    String type = in.readUTF();
    if (!type.equals(FLOAT)) {
      throw new NotFusedException("its parameters have type " + type);
    }
    if (length < 0 || length > all.available() / Float.BYTES) {
      throw misfit(length, all.available() / Float.BYTES);
    }
    byte[] stored = in.readNBytes(Math.toIntExact(length * Float.BYTES));
    float[] values = new float[(int) length];
    ByteBuffer.wrap(stored).asFloatBuffer().get(values);
    return values;
  }

  private static IOException misfit(long expected, long found) {
    return new IOException(
        String.format(
            Locale.ROOT, "truncated parameters: expected %d, found bytes for %d", expected, found));
  }
}
