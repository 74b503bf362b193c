package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader.Form;
import io.syncnorm.config.layer.ConfiguredLayer.Activated;
import io.syncnorm.config.layer.ConfiguredLayer.BatchNorm;
import io.syncnorm.config.layer.ConfiguredLayer.Bias;
import io.syncnorm.config.layer.ConfiguredLayer.Convolution;
import io.syncnorm.config.layer.ConfiguredLayer.Dense;
import io.syncnorm.config.layer.ConfiguredLayer.Dropout;
import io.syncnorm.config.layer.ConfiguredLayer.Plain;
import io.syncnorm.config.layer.ConfiguredLayer.Pooling;
import io.syncnorm.config.layer.Extent;
import io.syncnorm.config.layer.LayerList;
import io.syncnorm.config.layer.Padding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests {@code model.layers} and {@code model.image} in files, overrides, grids and code. */
class LayersTest {
  private static final String LENET =
      "[{conv = 8, kernel = 5}, batch-norm, relu, {max-pool = 2}, {dense = 64}, batch-norm, relu]";

  @TempDir private Path folder;

  @Test
  void shouldReadEveryLayer() {
    assertEquals(
        new LayerList(
            List.of(
                Plain.CHANNELS_LAST,
                new Convolution(
                    8,
                    new Extent(5, 3),
                    new Extent(2, 1),
                    new Padding.Fixed(1, 2, 0, 1),
                    Bias.TRUE),
                new BatchNorm(0.9, BatchNorm.SHARED),
                new Activated(Activated.Curve.LEAKY_RELU, 0.2),
                new Pooling(
                    Pooling.Statistic.MAX, Extent.square(3), Extent.square(2), Padding.SAME),
                new Convolution(16, Extent.square(3), Extent.square(1), Padding.VALID, Bias.AUTO),
                new Activated(Activated.Curve.ELU),
                new Pooling(
                    Pooling.Statistic.AVERAGE, Extent.square(2), Extent.square(2), Padding.VALID),
                Plain.FLATTEN,
                new Dropout(0.5),
                new Dense(64, Bias.FALSE),
                new BatchNorm(BatchNorm.SHARED, BatchNorm.SHARED),
                new Activated(Activated.Curve.TANH))),
        layers(
            "[channels-last, {conv = 8, kernel = [5, 3], stride = [2, 1], padding = [1, 2, 0, 1],"
                + " bias = on}, {batch-norm = on, momentum = 0.9}, {leaky-relu = 0.2}, {max-pool ="
                + " 3, stride = 2, padding = same}, {conv = 16, kernel = 3}, elu, {average-pool ="
                + " 2}, flatten, {dropout = 0.5}, {dense = 64, bias = false}, batch-norm, tanh]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        LENET + " | " + LENET,
        "[ {kernel: 5, conv: 8.0} , relu ] | [{conv = 8, kernel = 5}, relu]",
        "[{conv = \"8\", kernel = [5, 5], stride = 1, padding = 0, bias = auto}] | [{conv = 8,"
            + " kernel = 5}]",
        "[{conv = 8, kernel = 3, padding = [1, 1, 1, 1]}] | [{conv = 8, kernel = 3, padding = 1}]",
        "[{conv = 8, kernel = 3, padding = [0, 1, 0, 1]}] | [{conv = 8, kernel = 3, padding = [0,"
            + " 1, 0, 1]}]",
        "[{conv = 8, kernel = [1, 3], stride = [1, 2], bias = yes}] | [{conv = 8, kernel = [1, 3],"
            + " stride = [1, 2], bias = true}]",
        "[{max-pool = [2, 2], stride = 2, padding = valid}] | [{max-pool = 2}]",
        "[{max-pool = 3, stride = 1, padding = same}] | [{max-pool = 3, stride = 1, padding ="
            + " same}]",
        "[{average-pool = [2, 3]}, global-average-pool] | [{average-pool = [2, 3]},"
            + " global-average-pool]",
        "[{batch-norm = true}, {batch-norm = on, epsilon = 1e-5, momentum = .9}] | [batch-norm,"
            + " {batch-norm = on, momentum = 0.9, epsilon = 1.0E-5}]",
        "[{leaky-relu = 0.01}, {elu = 1}, {elu = 2}] | [leaky-relu, elu, {elu = 2.0}]",
        "[{dropout = 0}, sigmoid, flatten] | [{dropout = 0.0}, sigmoid, flatten]",
        "[channels-last, {dense = 65536, bias = no}] | [channels-last, {dense = 65536, bias ="
            + " false}]",
        "none | none",
      })
  void shouldWriteOneTextForEachNetwork(String written, String text) throws IOException {
    Configuration loaded = loaded("model.layers=" + written);

    assertEquals(text, loaded.write(Keys.LAYERS));
    assertEquals(loaded, loaded("model.layers=" + text));
    Path whole = Files.writeString(folder.resolve("config.conf"), loaded.render());
    assertEquals(loaded, ConfigLoader.load(List.of(whole), List.of()));
    assertEquals(Optional.of(loaded.get(Keys.LAYERS)), Keys.LAYERS.read(written));
  }

  @Test
  void shouldFollowSubstitutionsAndAdditions() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("run.conf"),
            """
            model.layers = [{dense = ${training.batch-size}}, relu]
            model.layers = ${model.layers} [batch-norm]
            model.layers += {dense = 8}
            """);

    assertEquals(
        "[{dense = 128}, relu, batch-norm, {dense = 8}]",
        ConfigLoader.load(List.of(file), List.of()).write(Keys.LAYERS));
  }

  @Test
  void shouldReadAnImage() {
    assertEquals(Keys.AUTO_IMAGE, loaded("model.image=auto").get(Keys.IMAGE));
    assertEquals(List.of(28, 28, 1), loaded("model.image=[28, 28, 1]").get(Keys.IMAGE));
    assertFalse(Keys.IMAGE.takes(List.of(28, 28)));
  }

  @Test
  void shouldChangeTheIdentityOnlyIfThereAreLayers() {
    String defaults = Configuration.defaults().renderOutcome();
    assertFalse(defaults.contains("model.layers"), defaults);
    assertFalse(defaults.contains("model.image"), defaults);

    Configuration lenet = loaded("model.layers=" + LENET);
    assertTrue(lenet.renderOutcome().contains("model.layers = " + LENET + "\n"));
    assertNotEquals(Configuration.defaults().hash(), lenet.hash());
    assertEquals(
        lenet.hash(),
        loaded("model.layers=" + LENET.replace("kernel = 5", "kernel: [5,5]")).hash());
  }

  @Test
  void shouldKnowWhetherAndHowItNormalizes() {
    Configuration lenet = loaded("model.layers=" + LENET, "model.batch-norm.momentum=0.9");
    assertTrue(lenet.isBatchNormalized());
    assertEquals(0.9, lenet.batchNormMomentum());
    assertEquals(2, lenet.hiddenLayers());
    assertFalse(lenet.with(Keys.BATCH_NORM_ENABLED, false).isBatchNormalized());
    assertFalse(loaded("model.layers=[{dense = 8}, relu]").isBatchNormalized());
    assertTrue(Configuration.defaults().isBatchNormalized());
    assertEquals(2, Configuration.defaults().hiddenLayers());
    assertEquals(
        0.95,
        loaded(
                "model.layers=[{batch-norm = on, momentum = 0.95}, batch-norm]",
                "model.batch-norm.momentum=0.9")
            .batchNormMomentum());
  }

  @Test
  void shouldVaryInAGrid() throws IOException {
    Experiment grid =
        grid("experiment.axes.\"model.layers\" = [none, [{dense = 8}], [{conv = 8, kernel = 3}]]");

    assertEquals(
        List.of("none", "[{dense = 8}]", "[{conv = 8, kernel = 3}]"),
        grid.cells().stream().map(cell -> cell.coordinates().get("model.layers")).toList());
    assertEquals(1, grid.cells().get(1).configuration().hiddenLayers());
    assertEquals(
        3,
        grid("experiment.cases { a { model.layers = [relu] }, b { model.layers = [tanh] },"
                + " c { model.hidden = [8] } }")
            .cells()
            .size());
  }

  private Experiment grid(String text) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("g.conf"), "experiment { name = g, command = train }\n" + text);
    return ConfigLoader.loadExperiment(List.of(file), List.of(), Form.FULL);
  }

  private static LayerList layers(String written) {
    return loaded("model.layers=" + written).get(Keys.LAYERS);
  }

  private static Configuration loaded(String... overrides) {
    return ConfigLoader.load(List.of(), List.of(overrides));
  }
}
