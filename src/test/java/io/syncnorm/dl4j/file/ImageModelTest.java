package io.syncnorm.dl4j.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer.Activated;
import io.syncnorm.nn.Layer.AveragePooling;
import io.syncnorm.nn.Layer.AveragePooling.Divisor;
import io.syncnorm.nn.Layer.BatchNormalization;
import io.syncnorm.nn.Layer.Bias;
import io.syncnorm.nn.Layer.ChannelsLast;
import io.syncnorm.nn.Layer.Convolution;
import io.syncnorm.nn.Layer.Dense;
import io.syncnorm.nn.Layer.Dropout;
import io.syncnorm.nn.Layer.Flatten;
import io.syncnorm.nn.Layer.GlobalAveragePooling;
import io.syncnorm.nn.Layer.MaxPooling;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.Window;
import io.syncnorm.nn.network.Network;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.factory.Nd4j;

/** Tests that plain DL4J predicts the same from the zips of networks that take images. */
class ImageModelTest {
  private static final float TOLERANCE = 1e-5f;
  private static final int CLASSES = 3;
  private static final int ROWS = 5;
  private static final BatchNormalization NORM = new BatchNormalization(0.9, 1e-3);
  private static final Activated RELU = new Activated(Activation.RELU);

  @TempDir Path folder;

  static Stream<Architecture> architectures() {
    Window three = Window.square(3, 1, Window.Fixed.VALID);
    Window same = new Window(4, 3, 2, 1, new Window.Same());
    Window padded = Window.square(3, 2, new Window.Fixed(1, 1, 1, 1));
    Window two = Window.square(2, 2, Window.Fixed.VALID);
    return Stream.of(
        new Architecture(
            new Dimensions(12, 12, 1),
            List.of(
                new Convolution(4, three, Bias.NONE),
                NORM,
                RELU,
                new MaxPooling(two),
                new Flatten(),
                NORM,
                new Dropout(0.3),
                new Dense(7, Bias.TRAINED),
                RELU),
            CLASSES),
        new Architecture(
            new Dimensions(9, 8, 3),
            List.of(
                NORM,
                new Convolution(4, same, Bias.TRAINED),
                new Activated(Activation.LEAKY_RELU, 0.2),
                new AveragePooling(padded, Divisor.PIXELS_OF_IMAGE),
                new Convolution(5, two, Bias.TRAINED),
                new Activated(Activation.ELU, 1),
                new Flatten(),
                new Dense(7, Bias.NONE),
                NORM,
                new Activated(Activation.TANH)),
            CLASSES),
        new Architecture(
            new Dimensions(9, 8, 2),
            List.of(
                new ChannelsLast(),
                new Convolution(4, padded, Bias.TRAINED),
                new Activated(Activation.SIGMOID),
                new AveragePooling(padded, Divisor.WINDOW),
                new GlobalAveragePooling()),
            CLASSES),
        new Architecture(
            new Dimensions(9, 8, 2),
            List.of(new Convolution(4, three, Bias.NONE), NORM, RELU, new GlobalAveragePooling()),
            CLASSES),
        unequal(new Dimensions(9, 8, 3)),
        unequal(new Dimensions(9, 8, 2), new ChannelsLast()),
        unequal(new Dimensions(9, 8, 1)),
        new Architecture(Dimensions.vector(6), List.of(new Dense(4, Bias.NONE), NORM), CLASSES));
  }

  /** Padding whose opposite sides differ, in front of the first layer, too; ELU's alpha. */
  private static Architecture unequal(Dimensions input, io.syncnorm.nn.Layer... first) {
    List<io.syncnorm.nn.Layer> layers = new ArrayList<>(List.of(first));
    layers.addAll(
        List.of(
            new Convolution(4, new Window(3, 4, 2, 1, new Window.Fixed(1, 0, 3, 1)), Bias.TRAINED),
            new Activated(Activation.ELU, 0.5),
            new AveragePooling(
                new Window(2, 3, 1, 2, new Window.Fixed(0, 1, 2, 0)), Divisor.WINDOW),
            NORM,
            new Convolution(3, new Window(2, 2, 1, 1, new Window.Fixed(0, 1, 1, 1)), Bias.NONE),
            new Activated(Activation.ELU, 2),
            new Flatten()));
    return new Architecture(input, layers, CLASSES);
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldPredictTheSameInPlainDl4jAndReadTheSameBack(Architecture architecture)
      throws IOException {
    FusedModel read = assertPredictsTheSame(architecture);

    assertEquals(architecture, read.architecture());
    assertEquals(architecture.inputs(), LayerModel.read(folder.resolve("model.zip")).inputs());
  }

  @Test
  void shouldWritePoolingWithThePaddingOfSameAsSame() throws IOException {
    Window unequal = Window.square(3, 2, new Window.Fixed(0, 1, 0, 1));
    Window same = unequal.with(new Window.Same());
    Dimensions input = new Dimensions(8, 10, 2);

    FusedModel read =
        assertPredictsTheSame(
            new Architecture(
                input,
                List.of(
                    new MaxPooling(unequal),
                    new AveragePooling(unequal.with(new Window.Fixed(1, 1, 0, 1)), Divisor.WINDOW)),
                CLASSES));

    assertEquals(new MaxPooling(same), read.architecture().layers().get(0));
  }

  /** Returns the model that is read back. */
  private FusedModel assertPredictsTheSame(Architecture architecture) throws IOException {
    NetworkState state = trained(architecture);
    Random random = new Random(2);
    float[] x = new float[ROWS * architecture.inputs()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    Path zip = folder.resolve("model.zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      Dl4jModel.of(architecture, state, Configuration.defaults()).write(out);
    }
    float[] ours =
        Arrays.copyOf(
            new Network(architecture, ROWS, RankReduction.NONE).predict(state, x, ROWS),
            ROWS * CLASSES);
    MultiLayerNetwork dl4j = MultiLayerNetwork.load(zip.toFile(), false);
    float[] theirs =
        dl4j.output(Nd4j.createFromArray(x).reshape(ROWS, architecture.inputs()))
            .dup('c')
            .data()
            .asFloat();
    assertArrayEquals(theirs, ours, TOLERANCE);

    FusedModel read = FusedModel.read(zip);
    assertArrayEquals(ours, Arrays.copyOf(read.predict(x, ROWS), ours.length));
    return read;
  }

  @ParameterizedTest
  @CsvSource({
    "GLOROT_UNIFORM, WeightInitXavier",
    "GLOROT_NORMAL, WeightInitXavier",
    "HE_UNIFORM, WeightInitReluUniform",
    "HE_NORMAL, WeightInitRelu"
  })
  void shouldSayInTheZipHowWeightsWereDrawn(Keys.Initialization initialization, String theirs)
      throws IOException {
    Architecture architecture = architectures().findFirst().orElseThrow();
    NetworkState state = NetworkState.initial(architecture, 3);
    Path zip = folder.resolve("model.zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      Dl4jModel.of(
              architecture,
              state,
              Configuration.defaults().with(Keys.INITIALIZATION, initialization))
          .write(out);
    }
    MultiLayerNetwork dl4j = MultiLayerNetwork.load(zip.toFile(), false);
    int weighted = 0;
    for (Layer layer : dl4j.getLayers()) {
      if (layer.conf().getLayer() instanceof FeedForwardLayer each
          && layer.numParams() > 0
          && !(each instanceof org.deeplearning4j.nn.conf.layers.BatchNormalization)) {
        assertEquals(theirs, each.getWeightInitFn().getClass().getSimpleName());
        weighted++;
      }
    }
    assertEquals(3, weighted);
    float[] x = new float[architecture.inputs()];
    Arrays.fill(x, 0.5f);
    assertArrayEquals(
        new Network(architecture, 1, RankReduction.NONE).predict(state, x, 1),
        FusedModel.read(zip).predict(x, 1));
  }

  /** Parameters and statistics that all differ. */
  private static NetworkState trained(Architecture architecture) {
    NetworkState state = NetworkState.initial(architecture, 3);
    Random random = new Random(4);
    for (int i = 0; i < state.parameters().length; i++) {
      state.parameters()[i] += (float) (0.1 * random.nextGaussian());
    }
    for (ParameterLayout.Normalization each : ParameterLayout.of(architecture).normalizations()) {
      for (int j = 0; j < 2 * each.features(); j++) {
        state.statistics()[each.running() + j] += random.nextFloat();
      }
    }
    return state;
  }
}
