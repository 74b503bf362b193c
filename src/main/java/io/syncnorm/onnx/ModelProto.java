package io.syncnorm.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ONNX's ModelProto, the content of a file.
 *
 * @param irVersion version of the file format
 * @param opset version of ONNX's own operators; 0 if the file names none
 * @param producerVersion version of SyncNorm that writes the file
 * @param metadata the {@code metadata_props}, in order
 */
record ModelProto(
    long irVersion,
    long opset,
    String producer,
    String producerVersion,
    GraphProto graph,
    Map<String, String> metadata) {
  private static final int IR_VERSION = 1;
  private static final int PRODUCER_NAME = 2;
  private static final int PRODUCER_VERSION = 3;
  private static final int GRAPH = 7;
  private static final int OPSET_IMPORT = 8;
  private static final int METADATA_PROPS = 14;
  private static final int OPSET_DOMAIN = 1;
  private static final int OPSET_VERSION = 2;
  private static final int KEY = 1;
  private static final int VALUE = 2;

  static ModelProto read(ProtoReader reader) {
    long irVersion = 0;
    long opset = 0;
    String producer = "";
    String producerVersion = "";
    GraphProto graph = new GraphProto("", List.of(), List.of(), List.of(), List.of());
    Map<String, String> metadata = new LinkedHashMap<>();
    while (reader.next()) {
      switch (reader.number()) {
        case IR_VERSION -> irVersion = reader.whole();
        case PRODUCER_NAME -> producer = reader.text();
        case PRODUCER_VERSION -> producerVersion = reader.text();
        case GRAPH -> graph = GraphProto.read(reader.message("GraphProto"));
        case OPSET_IMPORT -> opset = Math.max(opset, opset(reader.message("OperatorSetIdProto")));
        case METADATA_PROPS -> readEntry(reader.message("StringStringEntryProto"), metadata);
        default -> {}
      }
    }
    return new ModelProto(irVersion, opset, producer, producerVersion, graph, metadata);
  }

  /** The version of ONNX's own operators; 0 for a set of others. */
  private static long opset(ProtoReader reader) {
    String domain = "";
    long version = 0;
    while (reader.next()) {
      switch (reader.number()) {
        case OPSET_DOMAIN -> domain = reader.text();
        case OPSET_VERSION -> version = reader.whole();
        default -> {}
      }
    }
    return domain.isEmpty() || domain.equals("ai.onnx") ? version : 0;
  }

  private static void readEntry(ProtoReader reader, Map<String, String> metadata) {
    String key = "";
    String value = "";
    while (reader.next()) {
      switch (reader.number()) {
        case KEY -> key = reader.text();
        case VALUE -> value = reader.text();
        default -> {}
      }
    }
    metadata.put(key, value);
  }

  ProtoMessage message() {
    ProtoMessage message =
        new ProtoMessage()
            .whole(IR_VERSION, irVersion)
            .text(PRODUCER_NAME, producer)
            .text(PRODUCER_VERSION, producerVersion)
            .message(GRAPH, graph.message())
            .message(
                OPSET_IMPORT,
                new ProtoMessage().text(OPSET_DOMAIN, "").whole(OPSET_VERSION, opset));
    metadata.forEach(
        (key, value) ->
            message.message(METADATA_PROPS, new ProtoMessage().text(KEY, key).text(VALUE, value)));
    return message;
  }
}
