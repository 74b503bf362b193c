package io.syncnorm.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * ONNX's AttributeProto: a setting of a node.
 *
 * @param type of the value: {@link #REAL}, {@link #WHOLE} or {@link #WHOLES}; others only in files
 *     of other programs
 * @param real the value, if it is a number in single precision
 * @param wholes the value, if it is an integer or several
 */
record AttributeProto(String name, int type, float real, List<Long> wholes) {
  static final int REAL = 1;
  static final int WHOLE = 2;
  static final int WHOLES = 7;

  private static final int NAME = 1;
  private static final int F = 2;
  private static final int I = 3;
  private static final int INTS = 8;
  private static final int TYPE = 20;

  static AttributeProto real(String name, double value) {
    return new AttributeProto(name, REAL, (float) value, List.of());
  }

  static AttributeProto whole(String name, long value) {
    return new AttributeProto(name, WHOLE, 0, List.of(value));
  }

  static AttributeProto wholes(String name, int... values) {
    List<Long> wholes = new ArrayList<>();
    for (int value : values) {
      wholes.add((long) value);
    }
    return new AttributeProto(name, WHOLES, 0, wholes);
  }

  static AttributeProto read(ProtoReader reader) {
    String name = "";
    int type = 0;
    float real = 0;
    List<Long> wholes = new ArrayList<>();
    while (reader.next()) {
      switch (reader.number()) {
        case NAME -> name = reader.text();
        case F -> real = reader.real();
        case I, INTS -> wholes.addAll(reader.wholes());
        case TYPE -> type = (int) reader.whole();
        default -> {}
      }
    }
    return new AttributeProto(name, type, real, List.copyOf(wholes));
  }

  ProtoMessage message() {
    ProtoMessage message = new ProtoMessage().text(NAME, name);
    switch (type) {
      case REAL -> message.real(F, real);
      case WHOLE -> message.whole(I, wholes.get(0));
      default -> wholes.forEach(value -> message.whole(INTS, value));
    }
    return message.whole(TYPE, type);
  }
}
