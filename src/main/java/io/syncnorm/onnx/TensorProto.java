package io.syncnorm.onnx;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * ONNX's TensorProto: constants of a graph, with their values as {@code raw_data}.
 *
 * @param sizes of the dimensions; values are row-major
 * @param type {@link #FLOAT} or {@link #INT64}; others only in files of other programs
 * @param raw little-endian
 */
record TensorProto(String name, List<Long> sizes, int type, ByteBuffer raw) {
  static final int FLOAT = 1;
  static final int INT64 = 7;

  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;

  /**
   * Numbers in single precision.
   *
   * @param values as many as the product of the sizes
   */
  static TensorProto floats(String name, List<Long> sizes, float[] values, int from, int count) {
    ByteBuffer raw = ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES));
    raw.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values, from, count);
    return new TensorProto(name, sizes, FLOAT, raw);
  }

  static TensorProto wholes(String name, List<Long> values) {
    ByteBuffer raw = ByteBuffer.allocate(values.size() * Long.BYTES);
    raw.order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(raw::putLong);
    return new TensorProto(name, List.of((long) values.size()), INT64, raw.flip());
  }

  static TensorProto read(ProtoReader reader) {
    String name = "";
    List<Long> sizes = new ArrayList<>();
    int type = 0;
    ByteBuffer raw = ByteBuffer.allocate(0);
    while (reader.next()) {
      switch (reader.number()) {
        case DIMS -> sizes.addAll(reader.wholes());
        case DATA_TYPE -> type = (int) reader.whole();
        case NAME -> name = reader.text();
        case RAW_DATA -> raw = reader.bytes();
        default -> {}
      }
    }
    return new TensorProto(name, List.copyOf(sizes), type, raw);
  }

  ProtoMessage message() {
    ProtoMessage message = new ProtoMessage();
    sizes.forEach(size -> message.whole(DIMS, size));
    return message
        .whole(DATA_TYPE, type)
        .text(NAME, name)
        .bytes(RAW_DATA, raw.remaining(), this::writeRaw);
  }

  private void writeRaw(OutputStream out) throws IOException {
    out.write(raw.array(), raw.arrayOffset() + raw.position(), raw.remaining());
  }

  /**
   * The values of a tensor of single-precision numbers.
   *
   * @throws OnnxException if it has other values or sizes
   */
  float[] floats(List<Long> expected) {
    if (!sizes.equals(expected)) {
      throw new OnnxException(
          "the tensor %s does not fit: expected sizes=%s, found sizes=%s"
              .formatted(name, expected, sizes));
    }
    return floats();
  }

  float[] floats() {
    FloatBuffer buffer = values(FLOAT, Float.BYTES).asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /**
   * The values of a tensor of integers.
   *
   * @throws OnnxException if it has other values
   */
  List<Long> wholes() {
    ByteBuffer buffer = values(INT64, Long.BYTES);
    List<Long> values = new ArrayList<>();
    while (buffer.hasRemaining()) {
      values.add(buffer.getLong());
    }
    return values;
  }

  /** Checks type and length first: sizes in a damaged file must not decide what is allocated. */
  private ByteBuffer values(int expectedType, int bytes) {
    if (type != expectedType) {
      throw new OnnxException(
          String.format(
              Locale.ROOT,
              "the tensor %s has another type: expected data_type=%d, found data_type=%d",
              name,
              expectedType,
              type));
    }
    double expected = sizes.stream().mapToDouble(size -> size).reduce(bytes, (a, b) -> a * b);
    if (expected != raw.remaining()) {
      throw new OnnxException(
          String.format(
              Locale.ROOT,
              "the tensor %s does not have its values as raw_data: expected bytes=%.0f, found bytes=%d",
              name,
              expected,
              raw.remaining()));
    }
    return raw.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }
}
