package io.syncnorm.onnx;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.Window;
import io.syncnorm.nn.network.Network;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Networks that have each layer, each kind of padding and each order of images. */
final class Networks {
  private static final Layer.BatchNormalization NORM = new Layer.BatchNormalization(0.9, 1e-3);
  private static final Layer.Bias BIAS = Layer.Bias.TRAINED;
  private static final Layer RELU = new Layer.Activated(Activation.RELU);

  private Networks() {}

  /** Network with random parameters and statistics. */
  static OnnxNetwork of(Architecture architecture) {
    ParameterLayout layout = ParameterLayout.of(architecture);
    NetworkState state = NetworkState.initial(architecture, 7);
    SplittableRandom random = new SplittableRandom(11);
    for (ParameterLayout.Normalization each : layout.normalizations()) {
      for (int i = 0; i < each.features(); i++) {
        state.parameters()[each.gamma() + i] = value(random, 0.5, 1.5);
        state.parameters()[each.beta() + i] = value(random, -1, 1);
        state.statistics()[each.running() + i] = value(random, -1, 1);
        state.statistics()[each.running() + each.features() + i] = value(random, 0.01, 2);
      }
    }
    for (ParameterLayout.Weights each : layout.weights()) {
      for (int i = 0; each.hasBias() && i < each.out(); i++) {
        state.parameters()[each.bias() + i] = value(random, -1, 1);
      }
    }
    return new OnnxNetwork(architecture, state, Optional.empty(), List.of());
  }

  static float[] rows(Architecture architecture, int rows) {
    SplittableRandom random = new SplittableRandom(13);
    float[] values = new float[rows * architecture.inputs()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(random, -1, 1);
    }
    return values;
  }

  private static float value(SplittableRandom random, double from, double to) {
    return (float) (from + (to - from) * random.nextDouble());
  }

  /** The fused engine's probabilities. */
  static float[] predict(OnnxNetwork network, float[] rows, int count) {
    return new Network(network.architecture(), count, RankReduction.NONE)
        .predict(network.state(), rows, count)
        .clone();
  }

  static Stream<Architecture> all() {
    return Stream.of(activations(), windows(), orders(), plain()).flatMap(each -> each);
  }

  private static Stream<Architecture> activations() {
    return Stream.of(Activation.values())
        .map(
            activation ->
                chain(
                    Dimensions.vector(6),
                    new Layer.Dense(9, BIAS),
                    new Layer.Activated(activation, 0.3),
                    new Layer.Dense(8, Layer.Bias.NONE),
                    NORM,
                    new Layer.Activated(activation, 1.5)));
  }

  private static Stream<Architecture> windows() {
    Window.Fixed uneven = new Window.Fixed(0, 2, 1, 0);
    return Stream.of(
            Window.square(3, 1, Window.Fixed.VALID),
            Window.square(3, 2, new Window.Same()),
            Window.square(2, 2, new Window.Same()),
            new Window(3, 2, 1, 2, uneven),
            new Window(4, 3, 3, 1, new Window.Fixed(1, 1, 2, 2)))
        .flatMap(
            window ->
                Stream.of(
                    new Layer.Convolution(5, window, BIAS),
                    new Layer.Convolution(5, window, Layer.Bias.NONE),
                    new Layer.MaxPooling(window),
                    new Layer.AveragePooling(window, Layer.AveragePooling.Divisor.WINDOW),
                    new Layer.AveragePooling(window, Layer.AveragePooling.Divisor.PIXELS_OF_IMAGE)))
        .map(layer -> chain(new Dimensions(7, 6, 3), layer, NORM, RELU, new Layer.Flatten()));
  }

  private static Stream<Architecture> orders() {
    Layer convolution =
        new Layer.Convolution(4, Window.square(3, 1, Window.Fixed.VALID), Layer.Bias.NONE);
    Dimensions colors = new Dimensions(5, 6, 3);
    return Stream.of(
        chain(colors, new Layer.ChannelsLast(), convolution, NORM, RELU),
        chain(colors, new Layer.ChannelsLast(), new Layer.Dense(4, BIAS)),
        chain(colors, new Layer.ChannelsLast(), new Layer.Flatten(), NORM),
        chain(new Dimensions(5, 6, 1), new Layer.ChannelsLast(), convolution, RELU),
        chain(new Dimensions(5, 6, 1), convolution, new Layer.GlobalAveragePooling()),
        chain(colors, RELU, convolution, new Layer.GlobalAveragePooling(), NORM),
        chain(colors, NORM, RELU, new Layer.Dense(4, BIAS)),
        chain(new Dimensions(3, 3, 2), convolution, RELU, new Layer.Dropout(0.5)),
        chain(
            Dimensions.vector(6),
            new Layer.Dense(4, BIAS),
            new Layer.Convolution(3, Window.square(1, 1, Window.Fixed.VALID), BIAS)));
  }

  private static Stream<Architecture> plain() {
    return Stream.of(
        chain(Dimensions.vector(5)),
        chain(new Dimensions(4, 4, 2)),
        chain(Dimensions.vector(5), NORM, new Layer.Dropout(0.2)),
        Architecture.perceptron(12, List.of(10, 8), 4, Activation.RELU, Optional.of(NORM)));
  }

  static Architecture chain(Dimensions input, Layer... layers) {
    return new Architecture(input, List.of(layers), 4);
  }
}
