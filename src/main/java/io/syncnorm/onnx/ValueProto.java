package io.syncnorm.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * ONNX's ValueInfoProto: an input or output of a graph, a matrix of single-precision numbers with
 * any number of rows.
 *
 * @param columns size of the second dimension; {@link #UNKNOWN} if it is not a matrix with a known
 *     number of columns
 */
record ValueProto(String name, long columns) {
  static final long UNKNOWN = -1;

  /** What the number of rows is called. */
  static final String ROWS = "batch";

  private static final int NAME = 1;
  private static final int TYPE = 2;
  private static final int TENSOR_TYPE = 1;
  private static final int ELEMENT_TYPE = 1;
  private static final int SHAPE = 2;
  private static final int DIMENSION = 1;
  private static final int DIM_VALUE = 1;
  private static final int DIM_PARAM = 2;

  static ValueProto read(ProtoReader reader) {
    String name = "";
    List<Long> sizes = new ArrayList<>();
    while (reader.next()) {
      switch (reader.number()) {
        case NAME -> name = reader.text();
        case TYPE -> readType(reader.message("TypeProto"), sizes);
        default -> {}
      }
    }
    return new ValueProto(name, sizes.size() == 2 ? sizes.get(1) : UNKNOWN);
  }

  private static void readType(ProtoReader reader, List<Long> sizes) {
    while (reader.next()) {
      if (reader.number() == TENSOR_TYPE) {
        ProtoReader tensor = reader.message("TypeProto.Tensor");
        while (tensor.next()) {
          if (tensor.number() == SHAPE) {
            readShape(tensor.message("TensorShapeProto"), sizes);
          }
        }
      }
    }
  }

  private static void readShape(ProtoReader reader, List<Long> sizes) {
    while (reader.next()) {
      if (reader.number() == DIMENSION) {
        ProtoReader dimension = reader.message("Dimension");
        long size = UNKNOWN;
        while (dimension.next()) {
          size = dimension.number() == DIM_VALUE ? dimension.whole() : size;
        }
        sizes.add(size);
      }
    }
  }

  ProtoMessage message() {
    ProtoMessage shape =
        new ProtoMessage()
            .message(DIMENSION, new ProtoMessage().text(DIM_PARAM, ROWS))
            .message(DIMENSION, new ProtoMessage().whole(DIM_VALUE, columns));
    ProtoMessage tensor =
        new ProtoMessage().whole(ELEMENT_TYPE, TensorProto.FLOAT).message(SHAPE, shape);
    return new ProtoMessage()
        .text(NAME, name)
        .message(TYPE, new ProtoMessage().message(TENSOR_TYPE, tensor));
  }
}
