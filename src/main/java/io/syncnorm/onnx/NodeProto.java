package io.syncnorm.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * ONNX's NodeProto: an operator with its inputs and outputs.
 *
 * @param domain of the operator; empty for ONNX's own
 * @param inputs names of tensors
 * @param outputs names of tensors
 */
record NodeProto(
    String operator,
    String name,
    String domain,
    List<String> inputs,
    List<String> outputs,
    List<AttributeProto> attributes) {
  private static final int INPUT = 1;
  private static final int OUTPUT = 2;
  private static final int NAME = 3;
  private static final int OP_TYPE = 4;
  private static final int ATTRIBUTE = 5;
  private static final int DOMAIN = 7;

  static NodeProto read(ProtoReader reader) {
    String operator = "";
    String name = "";
    String domain = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<AttributeProto> attributes = new ArrayList<>();
    while (reader.next()) {
      switch (reader.number()) {
        case INPUT -> inputs.add(reader.text());
        case OUTPUT -> outputs.add(reader.text());
        case NAME -> name = reader.text();
        case OP_TYPE -> operator = reader.text();
        case ATTRIBUTE -> attributes.add(AttributeProto.read(reader.message("AttributeProto")));
        case DOMAIN -> domain = reader.text();
        default -> {}
      }
    }
    return new NodeProto(operator, name, domain, inputs, outputs, attributes);
  }

  ProtoMessage message() {
    ProtoMessage message = new ProtoMessage();
    inputs.forEach(input -> message.text(INPUT, input));
    outputs.forEach(output -> message.text(OUTPUT, output));
    message.text(NAME, name).text(OP_TYPE, operator);
    attributes.forEach(attribute -> message.message(ATTRIBUTE, attribute.message()));
    return message;
  }

  /** The node for messages: {@code node Gemm_1 (Gemm)}. */
  @Override
  public String toString() {
    return "node %s (%s%s)"
        .formatted(name.isEmpty() ? outputs : name, domain.isEmpty() ? "" : domain + ".", operator);
  }
}
