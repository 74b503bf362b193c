package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Seeds;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Initialization;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Layer.Bias;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the networks of {@code model.layers}. */
class ConfiguredLayersTest {
  private static final String LENET =
      "[{conv = 8, kernel = 5}, batch-norm, relu, {max-pool = 2}, {conv = 16, kernel = 5},"
          + " batch-norm, relu, {max-pool = 2}, {dense = 64}, batch-norm, relu]";
  private static final String GRAY = "model.image=[28, 28, 1]";

  @Test
  void shouldBeTheNetworkOfTheList() {
    Layer normalization = new Layer.BatchNormalization(0.9, 1e-5);
    Layer relu = new Layer.Activated(Activation.RELU);
    Layer pooling = new Layer.MaxPooling(Window.square(2, 2, Window.Fixed.VALID));
    Window window = Window.square(5, 1, Window.Fixed.VALID);

    Architecture lenet =
        network(784, LENET, GRAY, "model.batch-norm={ momentum = 0.9, epsilon = 1e-5 }");

    assertEquals(
        new Architecture(
            new Dimensions(28, 28, 1),
            List.of(
                new Layer.Convolution(8, window, Bias.NONE),
                normalization,
                relu,
                pooling,
                new Layer.Convolution(16, window, Bias.NONE),
                normalization,
                relu,
                pooling,
                new Layer.Dense(64, Bias.NONE),
                normalization,
                relu),
            10),
        lenet);
    // Weights of two convolutions and two dense layers, gamma and beta, the output layer's bias.
    assertEquals(
        25 * 8 + 2 * 8 + 200 * 16 + 2 * 16 + 256 * 64 + 2 * 64 + 64 * 10 + 10,
        ParameterLayout.of(lenet).parameterCount());
  }

  @Test
  void shouldMapEverySetting() {
    Architecture network =
        network(
            3 * 9 * 8,
            "[channels-last, {conv = 4, kernel = [3, 2], stride = [2, 1], padding = [1, 0, 1, 0],"
                + " bias = false}, {batch-norm = on, momentum = 0.5}, {leaky-relu = 0.2},"
                + " {average-pool = [2, 3], stride = 1, padding = same}, elu, {dropout = 0.25},"
                + " {conv = 2, kernel = 1, bias = true}, batch-norm, tanh, {max-pool = 2, padding ="
                + " 1}, global-average-pool, flatten, {dense = 5}, sigmoid]",
            "model.image=[9, 8, 3]");

    assertEquals(
        List.of(
            new Layer.ChannelsLast(),
            new Layer.Convolution(
                4, new Window(3, 2, 2, 1, new Window.Fixed(1, 0, 1, 0)), Bias.NONE),
            new Layer.BatchNormalization(0.5, 1e-3),
            new Layer.Activated(Activation.LEAKY_RELU, 0.2),
            new Layer.AveragePooling(
                new Window(2, 3, 1, 1, new Window.Same()),
                Layer.AveragePooling.Divisor.PIXELS_OF_IMAGE),
            new Layer.Activated(Activation.ELU, 1),
            new Layer.Dropout(0.25),
            new Layer.Convolution(2, Window.square(1, 1, Window.Fixed.VALID), Bias.TRAINED),
            new Layer.BatchNormalization(0.99, 1e-3),
            new Layer.Activated(Activation.TANH),
            new Layer.MaxPooling(Window.square(2, 2, new Window.Fixed(1, 1, 1, 1))),
            new Layer.GlobalAveragePooling(),
            new Layer.Flatten(),
            new Layer.Dense(5, Bias.TRAINED),
            new Layer.Activated(Activation.SIGMOID)),
        network.layers());
  }

  @Test
  void shouldDropNormalizationAndTrainTheBiasesInstead() {
    Architecture without = network(784, LENET, GRAY, "model.batch-norm.enabled=false");

    assertEquals(List.of(), without.normalizations());
    assertEquals(8, without.layers().size());
    without.weighted().forEach(layer -> assertEquals(Bias.TRAINED, layer.bias()));
    assertEquals(
        Bias.NONE,
        network(8, "[{dense = 4, bias = no}, batch-norm]", "model.batch-norm.enabled=false")
            .weighted()
            .get(0)
            .bias());
  }

  @Test
  void shouldBeThePerceptronOfTheShortForm() {
    List<String> layers = new ArrayList<>();
    for (int width : List.of(128, 64)) {
      layers.addAll(List.of("{dense = " + width + "}", "batch-norm", "relu"));
    }

    assertEquals(
        Blueprint.architecture(Configuration.defaults().with(Keys.CLASSES, 10), 784),
        network(784, layers.toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{conv = 8, kernel = 5}, relu, {max-pool = 30}] | layer 3 of the network, {max-pool = 30},"
            + " cannot take 24 x 24 x 8, the output of layer 2, relu: a window of 30 x 30 is larger"
            + " than the image",
        "[{conv = 8, kernel = 29}] | layer 1 of the network, {conv = 8, kernel = 29}, cannot take"
            + " 28 x 28 x 1, a row: a window of 29 x 29 is larger than the image",
        "[relu, channels-last] | layer 2 of the network, channels-last, cannot take 28 x 28 x 1,"
            + " the output of layer 1, relu: only the first layer can turn the rows",
        "[{dense = 8}, {max-pool = 2}] | layer 2 of the network, {max-pool = 2}, cannot take 8, the"
            + " output of layer 1, {dense = 8}: a window of 2 x 2 is larger than the image",
      })
  void shouldNameTheLayerThatDoesNotFit(String layers, String message) {
    assertRefused(message, 784, layers, GRAY);
  }

  @Test
  void shouldCountPlacesInTheWrittenList() {
    assertRefused(
        "layer 3 of the network, {max-pool = 30}, cannot take 26 x 26 x 8, the output of layer 2,"
            + " batch-norm: a window of 30 x 30 is larger than the image",
        784,
        "[{conv = 8, kernel = 3}, batch-norm, {max-pool = 30}]",
        GRAY,
        "model.batch-norm.enabled=false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{conv = 8, kernel = 5}", "{average-pool = 2}", "channels-last"})
  void shouldAskForTheImageOfVectors(String layer) {
    assertRefused(
        "model.layers has layers for images, but rows are vectors: expected images, found"
            + " features=784; set model.image = [height, width, channels]",
        784,
        "[" + layer + "]");
  }

  @Test
  void shouldRefuseAnImageOfAnotherSize() {
    assertRefused(
        "model.image does not fit the rows: expected height * width * channels = 784 features,"
            + " found 28 * 28 * 3 = 2352",
        784,
        LENET,
        "model.image=[28, 28, 3]");
    assertRefused(
        "found 65536 * 65536 * 65536 = 281474976710656",
        784,
        LENET,
        "model.image=[65536, 65536, 65536]");
  }

  @Test
  void shouldTakeVectorsWithoutLayersForImages() {
    assertEquals(
        Dimensions.vector(784), network(784, "[{dropout = 0.5}, {dense = 8}, relu]").input());
  }

  /** A sparse row has few values in a mini-batch, but an image in the network. */
  @Test
  void shouldFitBatchesOfSparseRows() {
    Configuration lenet = configuration(LENET, GRAY);

    assertEquals(Optional.empty(), ModelSize.tooLarge(lenet, 100, new StepPlan(List.of(64L), 32)));
    assertEquals(
        Optional.of(
            "a mini-batch of rows=1000000 does not fit into one array in a layer of width=4608:"
                + " expected rows<=466033; make batches smaller or hidden layers narrower"),
        ModelSize.tooLarge(lenet, 100, new StepPlan(List.of(1_000_000L), 1_000_000)));
  }

  @ParameterizedTest
  @EnumSource
  void shouldDrawTheWeightsAsConfigured(Keys.Initialization initialization) {
    for (String layers : List.of(LENET, "none")) {
      Configuration configuration =
          configuration(layers, GRAY).with(Keys.INITIALIZATION, initialization);

      assertArrayEquals(
          NetworkState.initial(
                  Blueprint.architecture(configuration, 784),
                  Initialization.valueOf(initialization.name()),
                  Seeds.mix(42))
              .parameters(),
          Snapshot.fresh(configuration, 784).parameters());
    }
  }

  private static void assertRefused(String message, int inputs, String layers, String... settings) {
    PlanException thrown =
        assertThrows(PlanException.class, () -> network(inputs, layers, settings));
    String found = thrown.getMessage();
    assertEquals(message, found.substring(Math.max(0, found.length() - message.length())));
  }

  private static Architecture network(int inputs, String layers, String... settings) {
    return Blueprint.architecture(configuration(layers, settings), inputs);
  }

  private static Configuration configuration(String layers, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("model.layers=" + layers);
    all.add("data.classes=10");
    return ConfigLoader.load(List.of(), all);
  }
}
