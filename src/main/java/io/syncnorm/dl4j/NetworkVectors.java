package io.syncnorm.dl4j;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;

/**
 * What a DL4J network has learned, flat, in DL4J's own order. The arrays are not copied.
 *
 * @param parameters all of them, running statistics included
 * @param updaterState empty where the updater keeps none
 */
record NetworkVectors(float[] parameters, float[] updaterState) implements Serializable {
  private static final long serialVersionUID = 1;

  /** Bytes that {@link #writeTo} writes. */
  int encodedLength() {
    return Math.multiplyExact(Float.BYTES, Math.addExact(parameters.length, updaterState.length));
  }

  /** Writes both vectors end to end. */
  void writeTo(DataOutput out) throws IOException {
    write(out, parameters);
    write(out, updaterState);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @param like vectors of the same network: nothing that is read decides what is allocated
   */
  static NetworkVectors readFrom(DataInput in, NetworkVectors like) throws IOException {
    return new NetworkVectors(read(in, like.parameters.length), read(in, like.updaterState.length));
  }

  private static void write(DataOutput out, float[] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
    bytes.asFloatBuffer().put(values);
    out.write(bytes.array());
  }

  private static float[] read(DataInput in, int length) throws IOException {
    byte[] bytes = new byte[Math.multiplyExact(length, Float.BYTES)];
    in.readFully(bytes);
    float[] values = new float[length];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }
}
