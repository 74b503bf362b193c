package io.syncnorm.data.idx;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The types of values in an IDX file; all are big-endian. */
public enum IdxType {
  UBYTE(0x08, Byte.BYTES, "unsigned bytes"),
  BYTE(0x09, Byte.BYTES, "signed bytes"),
  SHORT(0x0b, Short.BYTES, "shorts"),
  INT(0x0c, Integer.BYTES, "ints"),
  FLOAT(0x0d, Float.BYTES, "floats"),
  DOUBLE(0x0e, Double.BYTES, "doubles");

  private final int code;
  private final int bytes;
  private final String title;

  IdxType(int code, int bytes, String title) {
    this.code = code;
    this.bytes = bytes;
    this.title = title;
  }

  /** The type for the third byte of a file. */
  static Optional<IdxType> ofCode(int code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }

  /** Name of the type's values, for people. */
  String title() {
    return title;
  }

  /** Bytes of one value. */
  int bytes() {
    return bytes;
  }

  /** The value at a byte index of a buffer; every type fits into a double. */
  double value(ByteBuffer from, int at) {
    return switch (this) {
      case UBYTE -> from.get(at) & 0xff;
      case BYTE -> from.get(at);
      case SHORT -> from.getShort(at);
      case INT -> from.getInt(at);
      case FLOAT -> from.getFloat(at);
      case DOUBLE -> from.getDouble(at);
    };
  }
}
