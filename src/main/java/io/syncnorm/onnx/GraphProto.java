package io.syncnorm.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * ONNX's GraphProto.
 *
 * @param nodes in the order in which they are computed
 * @param tensors the constants
 */
record GraphProto(
    String name,
    List<NodeProto> nodes,
    List<TensorProto> tensors,
    List<ValueProto> inputs,
    List<ValueProto> outputs) {
  private static final int NODE = 1;
  private static final int NAME = 2;
  private static final int INITIALIZER = 5;
  private static final int INPUT = 11;
  private static final int OUTPUT = 12;

  static GraphProto read(ProtoReader reader) {
    String name = "";
    List<NodeProto> nodes = new ArrayList<>();
    List<TensorProto> tensors = new ArrayList<>();
    List<ValueProto> inputs = new ArrayList<>();
    List<ValueProto> outputs = new ArrayList<>();
    while (reader.next()) {
      switch (reader.number()) {
        case NODE -> nodes.add(NodeProto.read(reader.message("NodeProto")));
        case NAME -> name = reader.text();
        case INITIALIZER -> tensors.add(TensorProto.read(reader.message("TensorProto")));
        case INPUT -> inputs.add(ValueProto.read(reader.message("ValueInfoProto")));
        case OUTPUT -> outputs.add(ValueProto.read(reader.message("ValueInfoProto")));
        default -> {}
      }
    }
    return new GraphProto(name, nodes, tensors, inputs, outputs);
  }

  ProtoMessage message() {
    ProtoMessage message = new ProtoMessage();
    nodes.forEach(node -> message.message(NODE, node.message()));
    message.text(NAME, name);
    tensors.forEach(tensor -> message.message(INITIALIZER, tensor.message()));
    inputs.forEach(input -> message.message(INPUT, input.message()));
    outputs.forEach(output -> message.message(OUTPUT, output.message()));
    return message;
  }
}
