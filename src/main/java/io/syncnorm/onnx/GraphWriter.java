package io.syncnorm.onnx;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.Window;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Writes the layers of a network as a chain of ONNX's operators.
 *
 * <p>ONNX has images with channels first (NCHW), SyncNorm with channels last: rows become images
 * where the first layer needs them, by Reshape and Transpose, and are transposed back where they
 * are flattened. So a dense layer's weights keep their order; those of a convolution are reordered.
 */
final class GraphWriter {
  private static final int[] TO_CHANNELS_FIRST = {0, 3, 1, 2};
  private static final int[] TO_CHANNELS_LAST = {0, 2, 3, 1};

  /** In a Reshape, the size that follows from the others. */
  private static final long ANY = -1;

  private final Architecture architecture;
  private final NetworkState state;
  private final Iterator<ParameterLayout.Weights> weights;
  private final Iterator<ParameterLayout.Normalization> normalizations;
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<TensorProto> tensors = new ArrayList<>();
  private String current = OnnxNetwork.INPUT;

  /** Whether the current values are images with channels first, otherwise rows. */
  private boolean isImage;

  /** Whether the values of the current rows are in the order channels, height, width. */
  private boolean isChannelsFirst;

  GraphWriter(Architecture architecture, NetworkState state) {
    this.architecture = architecture;
    this.state = state;
    ParameterLayout layout = ParameterLayout.of(architecture);
    this.weights = layout.weights().iterator();
    this.normalizations = layout.normalizations().iterator();
  }

  /**
   * @throws OnnxException if the network has a layer that cannot be written
   */
  GraphProto graph(Optional<FeatureScaling> scaling) {
    scaling.ifPresent(this::scale);
    List<Dimensions> dimensions = architecture.dimensions();
    int layers = architecture.layers().size();
    for (int i = 0; i < layers; i++) {
      add(architecture.layers().get(i), dimensions.get(i));
    }
    flatten(dimensions.get(layers));
    dense();
    nodes.add(
        new NodeProto(
            "Softmax",
            name("Softmax"),
            "",
            List.of(current),
            List.of(OnnxNetwork.OUTPUT),
            List.of()));
    return new GraphProto(
        OnnxNetwork.PRODUCER,
        nodes,
        tensors,
        List.of(new ValueProto(OnnxNetwork.INPUT, architecture.inputs())),
        List.of(new ValueProto(OnnxNetwork.OUTPUT, architecture.classes())));
  }

  private void scale(FeatureScaling scaling) {
    float[] centres = scaling.centres();
    List<Long> sizes = List.of((long) centres.length);
    node("Sub", List.of(constant("centre", sizes, centres, 0, centres.length)));
    node("Div", List.of(constant("spread", sizes, scaling.spreads(), 0, centres.length)));
  }

  private void add(Layer layer, Dimensions input) {
    if (layer instanceof Layer.Dense) {
      flatten(input);
      dense();
    } else if (layer instanceof Layer.Convolution convolution) {
      image(input);
      convolution(convolution, input);
    } else if (layer instanceof Layer.BatchNormalization normalization) {
      if (input.positions() > 1) {
        image(input);
      }
      normalization(normalization);
    } else if (layer instanceof Layer.Activated activated) {
      activation(activated);
    } else if (layer instanceof Layer.MaxPooling pooling) {
      image(input);
      node("MaxPool", List.of(), window(pooling.window(), input));
    } else if (layer instanceof Layer.AveragePooling pooling) {
      image(input);
      List<AttributeProto> attributes = window(pooling.window(), input);
      boolean countsPadding = pooling.divisor() == Layer.AveragePooling.Divisor.WINDOW;
      attributes.add(AttributeProto.whole("count_include_pad", countsPadding ? 1 : 0));
      node("AveragePool", List.of(), attributes);
    } else if (layer instanceof Layer.GlobalAveragePooling) {
      image(input);
      node("GlobalAveragePool", List.of());
      flatten(Dimensions.vector(input.channels()));
    } else if (layer instanceof Layer.Flatten) {
      flatten(input);
    } else if (layer instanceof Layer.ChannelsLast) {
      isChannelsFirst = input.positions() > 1 && input.channels() > 1;
    } else if (!(layer instanceof Layer.Dropout)) { // which is the identity in inference
      throw new OnnxException("it has a layer that the ONNX export does not know: " + layer);
    }
  }

  /** Makes images of rows. */
  private void image(Dimensions input) {
    if (isImage) {
      return;
    }
    boolean isTransposed = !isChannelsFirst && input.positions() > 1 && input.channels() > 1;
    long height = input.height();
    long width = input.width();
    long channels = input.channels();
    List<Long> sizes =
        isTransposed
            ? List.of(ANY, height, width, channels)
            : List.of(ANY, channels, height, width);
    node("Reshape", List.of(shape(sizes)));
    if (isTransposed) {
      node("Transpose", List.of(), List.of(AttributeProto.wholes("perm", TO_CHANNELS_FIRST)));
    }
    isImage = true;
  }

  /** Makes rows of images, in the order height, width, channels. */
  private void flatten(Dimensions input) {
    if (isChannelsFirst) {
      image(input);
    }
    if (!isImage) {
      return;
    }
    if (input.positions() > 1 && input.channels() > 1) {
      node("Transpose", List.of(), List.of(AttributeProto.wholes("perm", TO_CHANNELS_LAST)));
    }
    node("Flatten", List.of());
    isImage = false;
    isChannelsFirst = false;
  }

  private void dense() {
    ParameterLayout.Weights of = weights.next();
    List<String> constants = new ArrayList<>();
    constants.add(
        parameters("weight", List.of((long) of.in(), (long) of.out()), of.weights(), "Gemm"));
    addBias(of, constants, "Gemm");
    node("Gemm", constants);
  }

  /** Ours: {@code [height, width, channels, filters]}; ONNX: {@code [filters, channels, ...]}. */
  private void convolution(Layer.Convolution layer, Dimensions input) {
    ParameterLayout.Weights of = weights.next();
    int positions = layer.window().positions();
    int channels = input.channels();
    float[] reordered = new float[of.in() * of.out()];
    for (int position = 0; position < positions; position++) {
      for (int channel = 0; channel < channels; channel++) {
        int from = of.weights() + (position * channels + channel) * of.out();
        for (int filter = 0; filter < of.out(); filter++) {
          reordered[(filter * channels + channel) * positions + position] =
              state.parameters()[from + filter];
        }
      }
    }
    List<Long> sizes =
        List.of(
            (long) of.out(),
            (long) channels,
            (long) layer.window().height(),
            (long) layer.window().width());
    List<String> constants = new ArrayList<>();
    constants.add(constant("Conv", "weight", sizes, reordered, 0, reordered.length));
    addBias(of, constants, "Conv");
    node("Conv", constants, window(layer.window(), input));
  }

  private void addBias(ParameterLayout.Weights of, List<String> constants, String operator) {
    if (of.hasBias()) {
      constants.add(parameters("bias", List.of((long) of.out()), of.bias(), operator));
    }
  }

  private void normalization(Layer.BatchNormalization layer) {
    ParameterLayout.Normalization of = normalizations.next();
    int features = of.features();
    List<Long> sizes = List.of((long) features);
    String operator = "BatchNormalization";
    float[] running = state.statistics();
    node(
        operator,
        List.of(
            parameters("gamma", sizes, of.gamma(), operator),
            parameters("beta", sizes, of.beta(), operator),
            constant(operator, "mean", sizes, running, of.running(), features),
            constant(operator, "variance", sizes, running, of.running() + features, features)),
        List.of(
            AttributeProto.real("epsilon", layer.epsilon()),
            AttributeProto.real("momentum", layer.momentum())));
  }

  private void activation(Layer.Activated layer) {
    AttributeProto alpha = AttributeProto.real("alpha", layer.alpha());
    switch (layer.activation()) {
      case IDENTITY -> {}
      case RELU -> node("Relu", List.of());
      case TANH -> node("Tanh", List.of());
      case SIGMOID -> node("Sigmoid", List.of());
      case LEAKY_RELU -> node("LeakyRelu", List.of(), List.of(alpha));
      case ELU -> node("Elu", List.of(), List.of(alpha));
    }
  }

  /** Padding "same" is written as its numbers, which the size of the image fixes. */
  private static List<AttributeProto> window(Window window, Dimensions input) {
    Window.Fixed rim = window.padding(input);
    return new ArrayList<>(
        List.of(
            AttributeProto.wholes("kernel_shape", window.height(), window.width()),
            AttributeProto.wholes("strides", window.strideY(), window.strideX()),
            AttributeProto.wholes("pads", rim.top(), rim.left(), rim.bottom(), rim.right())));
  }

  private String parameters(String what, List<Long> sizes, int from, String operator) {
    long count = sizes.stream().reduce(1L, (a, b) -> a * b);
    return constant(operator, what, sizes, state.parameters(), from, Math.toIntExact(count));
  }

  private String constant(String what, List<Long> sizes, float[] values, int from, int count) {
    return constant("Feature", what, sizes, values, from, count);
  }

  private String constant(
      String operator, String what, List<Long> sizes, float[] values, int from, int count) {
    String name = name(operator) + "_" + what;
    tensors.add(TensorProto.floats(name, sizes, values, from, count));
    return name;
  }

  private String shape(List<Long> sizes) {
    String name = name("Reshape") + "_shape";
    tensors.add(TensorProto.wholes(name, sizes));
    return name;
  }

  private void node(String operator, List<String> constants) {
    node(operator, constants, List.of());
  }

  private void node(String operator, List<String> constants, List<AttributeProto> attributes) {
    String name = name(operator);
    List<String> inputs = new ArrayList<>(List.of(current));
    inputs.addAll(constants);
    current = name + "_output";
    nodes.add(new NodeProto(operator, name, "", inputs, List.of(current), attributes));
  }

  /** The name of the next node: its operator and its place. */
  private String name(String operator) {
    return operator + "_" + nodes.size();
  }
}
