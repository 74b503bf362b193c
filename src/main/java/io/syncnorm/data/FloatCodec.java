package io.syncnorm.data;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Writes and reads vectors as big-endian bytes, a block at a time, so that a large vector is not in
 * memory twice.
 */
public final class FloatCodec {
  private static final int BLOCK = 1 << 14;

  private FloatCodec() {}

  public static void write(DataOutput out, float[] values) throws IOException {
    byte[] bytes = block(values.length);
    FloatBuffer floats = ByteBuffer.wrap(bytes).asFloatBuffer();
    for (int at = 0; at < values.length; at += BLOCK) {
      int count = Math.min(BLOCK, values.length - at);
      floats.put(0, values, at, count);
      out.write(bytes, 0, count * Float.BYTES);
    }
  }

  /**
   * @param length number of floats to read; the caller knows it, because no number that is read
   *     decides what is allocated
   */
  public static float[] read(DataInput in, int length) throws IOException {
    float[] values = new float[length];
    byte[] bytes = block(length);
    FloatBuffer floats = ByteBuffer.wrap(bytes).asFloatBuffer();
    for (int at = 0; at < length; at += BLOCK) {
      int count = Math.min(BLOCK, length - at);
      in.readFully(bytes, 0, count * Float.BYTES);
      floats.get(0, values, at, count);
    }
    return values;
  }

  private static byte[] block(int length) {
    return new byte[Math.min(BLOCK, length) * Float.BYTES];
  }
}
