package io.syncnorm.onnx;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the attributes and constants of a node; what nobody has read is a fault. */
final class NodeReader {
  private final NodeProto node;
  private final Map<String, TensorProto> tensors;
  private final Set<String> read = new HashSet<>();

  NodeReader(NodeProto node, Map<String, TensorProto> tensors) {
    this.node = node;
    this.tensors = tensors;
  }

  /** The integers of an attribute, of which there must be {@code count}. */
  int[] wholes(String name, int count) {
    AttributeProto found =
        attribute(name, AttributeProto.WHOLES)
            .orElseThrow(() -> new OnnxException("it has no attribute " + name));
    if (found.wholes().size() != count) {
      throw new OnnxException(
          String.format(
              Locale.ROOT,
              "its attribute %s does not fit: expected values=%d, found %s",
              name,
              count,
              found.wholes()));
    }
    return found.wholes().stream().mapToInt(Math::toIntExact).toArray();
  }

  long whole(String name, long byDefault) {
    return attribute(name, AttributeProto.WHOLE)
        .filter(found -> found.wholes().size() == 1)
        .map(found -> found.wholes().get(0))
        .orElse(byDefault);
  }

  /** A number as it is written: 0.001, not the double nearest to the float nearest to it. */
  double real(String name) {
    return attribute(name, AttributeProto.REAL)
        .map(found -> Double.parseDouble(Float.toString(found.real())))
        .orElseThrow(() -> new OnnxException("it has no attribute " + name));
  }

  private Optional<AttributeProto> attribute(String name, int type) {
    read.add(name);
    Optional<AttributeProto> found =
        node.attributes().stream().filter(each -> each.name().equals(name)).findFirst();
    found.ifPresent(
        each -> {
          if (each.type() != type) {
            throw new OnnxException(
                String.format(
                    Locale.ROOT,
                    "its attribute %s has another type: expected type=%d, found type=%d",
                    name,
                    type,
                    each.type()));
          }
        });
    return found;
  }

  /** Inputs beside the values of the layer before. */
  int constants() {
    return node.inputs().size() - 1;
  }

  /** The constant of an input, from 1. */
  TensorProto constant(int input) {
    if (input >= node.inputs().size() || !tensors.containsKey(node.inputs().get(input))) {
      throw new OnnxException(
          String.format(
              Locale.ROOT,
              "its input %d must be a constant: found inputs=%s",
              input,
              node.inputs()));
    }
    return tensors.get(node.inputs().get(input));
  }

  /**
   * Checks that the node has nothing else.
   *
   * @throws OnnxException if it has other attributes, or another number of constants
   */
  void requireNothingElse(int... constants) {
    List<String> others =
        node.attributes().stream()
            .map(AttributeProto::name)
            .filter(name -> !read.contains(name))
            .toList();
    if (!others.isEmpty()) {
      throw new OnnxException("it has attributes that SyncNorm does not write: " + others);
    }
    for (int count : constants) {
      if (constants() == count) {
        return;
      }
    }
    throw new OnnxException(
        "it has another number of inputs than SyncNorm writes: " + node.inputs());
  }
}
