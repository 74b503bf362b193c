package io.syncnorm.onnx;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a chain of ONNX's operators, as {@link GraphWriter} writes it, as the layers of a network.
 */
final class GraphReader {
  private static final List<String> OPERATORS =
      List.of(
          "Sub",
          "Div",
          "Reshape",
          "Transpose",
          "Flatten",
          "Gemm",
          "Conv",
          "BatchNormalization",
          "MaxPool",
          "AveragePool",
          "GlobalAveragePool",
          "Relu",
          "Tanh",
          "Sigmoid",
          "LeakyRelu",
          "Elu",
          "Softmax");

  private final GraphProto graph;
  private final FeatureScaling.Unit unit;
  private final Map<String, TensorProto> tensors = new HashMap<>();
  private final List<float[]> parameters = new ArrayList<>();
  private final List<float[]> statistics = new ArrayList<>();
  private LayerChain chain;
  private float[] centres;
  private Optional<FeatureScaling> scaling = Optional.empty();
  private boolean isAtEnd;

  GraphReader(GraphProto graph, FeatureScaling.Unit unit) {
    this.graph = graph;
    this.unit = unit;
    graph.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  /**
   * @throws OnnxException if the graph is not such a chain; the message names the node
   */
  OnnxNetwork network(Map<String, String> metadata) {
    List<ValueProto> inputs =
        graph.inputs().stream().filter(each -> !tensors.containsKey(each.name())).toList();
    if (inputs.size() != 1 || inputs.get(0).columns() < 1 || graph.outputs().size() != 1) {
      throw new OnnxException(
          "its graph is not a chain from rows to probabilities: expected one input [batch, features] and one output, found inputs=%s outputs=%s"
              .formatted(inputs, graph.outputs()));
    }
    chain = new LayerChain(Math.toIntExact(inputs.get(0).columns()));
    String current = inputs.get(0).name();
    for (int i = 0; i < graph.nodes().size(); i++) {
      NodeProto node = graph.nodes().get(i);
      try {
        requireInChain(node, current);
        Optional<NodeProto> next =
            i + 1 < graph.nodes().size() ? Optional.of(graph.nodes().get(i + 1)) : Optional.empty();
        read(node, new NodeReader(node, tensors), next);
      } catch (OnnxException | IllegalArgumentException | ArithmeticException e) {
        throw new OnnxException("its %s cannot be read: %s".formatted(node, e.getMessage()), e);
      }
      current = node.outputs().get(0);
    }
    if (!isAtEnd || !current.equals(graph.outputs().get(0).name())) {
      throw new OnnxException("its graph does not end with Softmax");
    }
    return assembled(metadata);
  }

  private void requireInChain(NodeProto node, String current) {
    if (!node.domain().isEmpty() || !OPERATORS.contains(node.operator())) {
      throw unknown();
    }
    if (isAtEnd
        || node.inputs().isEmpty()
        || !node.inputs().get(0).equals(current)
        || node.outputs().size() != 1) {
      throw new OnnxException(
          "the graph is not a chain: expected input=%s and one output, found inputs=%s outputs=%s"
              .formatted(current, node.inputs(), node.outputs()));
    }
  }

  private static OnnxException unknown() {
    return new OnnxException("SyncNorm does not write this operator: expected one of " + OPERATORS);
  }

  private OnnxNetwork assembled(Map<String, String> metadata) {
    Architecture architecture = chain.architecture();
    ParameterLayout layout = ParameterLayout.of(architecture);
    return new OnnxNetwork(
        architecture,
        new NetworkState(
            joined(parameters, layout.parameterCount()),
            joined(statistics, layout.statisticsCount())),
        scaling,
        Metadata.classNames(metadata, architecture.classes()));
  }

  private static float[] joined(List<float[]> parts, int length) {
    float[] joined = new float[length];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  private void read(NodeProto node, NodeReader reader, Optional<NodeProto> next) {
    switch (node.operator()) {
      case "Sub", "Div" -> scale(node, reader);
      case "Reshape" -> chain.image(reader, next);
      case "Transpose" -> chain.transpose(reader);
      case "Flatten" -> chain.flatten(reader);
      case "Gemm" -> dense(reader);
      case "Conv" -> convolution(reader);
      case "BatchNormalization" -> normalization(reader);
      case "MaxPool" -> {
        chain.requireImages();
        addWindow(new Layer.MaxPooling(window(reader)), reader);
      }
      case "AveragePool" -> averagePooling(reader);
      case "GlobalAveragePool" -> {
        chain.requireImages();
        addWindow(new Layer.GlobalAveragePooling(), reader);
      }
      case "Relu" -> activation(Activation.RELU, 0, reader);
      case "Tanh" -> activation(Activation.TANH, 0, reader);
      case "Sigmoid" -> activation(Activation.SIGMOID, 0, reader);
      case "LeakyRelu" -> activation(Activation.LEAKY_RELU, reader.real("alpha"), reader);
      case "Elu" -> activation(Activation.ELU, reader.real("alpha"), reader);
      case "Softmax" -> softmax(reader);
      default -> throw unknown();
    }
  }

  private void scale(NodeProto node, NodeReader reader) {
    boolean isFirst = node.operator().equals("Sub");
    reader.requireNothingElse(1);
    if (!chain.isAtStart() || isFirst != (centres == null)) {
      throw new OnnxException("scaling must come before all layers, Sub before Div");
    }
    float[] values = reader.constant(1).floats();
    if (values.length != 1 && values.length != chain.dimensions().size()) {
      throw new OnnxException(
          "expected 1 or %s values, found %s".formatted(chain.dimensions().size(), values.length));
    }
    if (isFirst) {
      centres = values;
    } else {
      scaling = Optional.of(new FeatureScaling(centres, values, unit));
    }
  }

  private void dense(NodeReader reader) {
    reader.requireNothingElse(1, 2);
    chain.requireRows();
    TensorProto weights = reader.constant(1);
    int out = size(weights, 2, 1);
    parameters.add(weights.floats(List.of((long) chain.dimensions().size(), (long) out)));
    chain.add(new Layer.Dense(out, bias(reader, out)));
  }

  private Layer.Bias bias(NodeReader reader, int out) {
    if (reader.constants() == 1) {
      return Layer.Bias.NONE;
    }
    parameters.add(reader.constant(2).floats(List.of((long) out)));
    return Layer.Bias.TRAINED;
  }

  private void convolution(NodeReader reader) {
    chain.requireImages();
    Window window = window(reader);
    reader.requireNothingElse(1, 2);
    TensorProto weights = reader.constant(1);
    int filters = size(weights, 4, 0);
    int channels = chain.dimensions().channels();
    float[] theirs =
        weights.floats(
            List.of(
                (long) filters, (long) channels, (long) window.height(), (long) window.width()));
    float[] ours = new float[theirs.length];
    int positions = window.positions();
    for (int filter = 0; filter < filters; filter++) {
      for (int channel = 0; channel < channels; channel++) {
        for (int position = 0; position < positions; position++) {
          ours[(position * channels + channel) * filters + filter] =
              theirs[(filter * channels + channel) * positions + position];
        }
      }
    }
    parameters.add(ours);
    chain.add(new Layer.Convolution(filters, window, bias(reader, filters)));
  }

  private static int size(TensorProto tensor, int dimensions, int at) {
    if (tensor.sizes().size() != dimensions) {
      throw new OnnxException(
          "the tensor %s does not fit: expected %s dimensions, found sizes=%s"
              .formatted(tensor.name(), dimensions, tensor.sizes()));
    }
    return Math.toIntExact(tensor.sizes().get(at));
  }

  private void normalization(NodeReader reader) {
    double momentum = reader.real("momentum");
    double epsilon = reader.real("epsilon");
    reader.requireNothingElse(4);
    chain.requireChannelsSecond();
    List<Long> sizes = List.of((long) chain.dimensions().channels());
    parameters.add(reader.constant(1).floats(sizes));
    parameters.add(reader.constant(2).floats(sizes));
    statistics.add(reader.constant(3).floats(sizes));
    statistics.add(reader.constant(4).floats(sizes));
    chain.add(new Layer.BatchNormalization(momentum, epsilon));
  }

  private void averagePooling(NodeReader reader) {
    chain.requireImages();
    Layer.AveragePooling.Divisor divisor =
        reader.whole("count_include_pad", 0) == 1
            ? Layer.AveragePooling.Divisor.WINDOW
            : Layer.AveragePooling.Divisor.PIXELS_OF_IMAGE;
    addWindow(new Layer.AveragePooling(window(reader), divisor), reader);
  }

  private void addWindow(Layer layer, NodeReader reader) {
    reader.requireNothingElse(0);
    chain.add(layer);
  }

  private void activation(Activation activation, double alpha, NodeReader reader) {
    reader.requireNothingElse(0);
    chain.add(new Layer.Activated(activation, alpha));
  }

  private void softmax(NodeReader reader) {
    reader.requireNothingElse(0);
    chain.requireOutputLayer();
    isAtEnd = true;
  }

  private static Window window(NodeReader reader) {
    int[] size = reader.wholes("kernel_shape", 2);
    int[] stride = reader.wholes("strides", 2);
    int[] pads = reader.wholes("pads", 4);
    return new Window(
        size[0],
        size[1],
        stride[0],
        stride[1],
        new Window.Fixed(pads[0], pads[2], pads[1], pads[3]));
  }
}
