package io.syncnorm.dl4j.file;

import io.syncnorm.data.FloatCodec;
import io.syncnorm.dl4j.fused.NotFusedException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
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
    FloatCodec.write(out, values);
  }

  /**
   * Reads an array.
   *
   * @param most length of the longest array that is expected: no number that is read decides what
   *     is allocated
   * @throws NotFusedException if its values are not floats
   * @throws IOException if it is longer
   */
  static float[] read(DataInputStream in, long most) throws IOException {
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
    if (length < 0 || length > most) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "not the expected array: expected values<=%d, found values=%d",
              most,
              length));
    }
    try {
      return FloatCodec.read(in, (int) length);
    } catch (EOFException e) {
      throw new IOException("truncated: expected values=" + length + ", found fewer", e);
    }
  }
}
