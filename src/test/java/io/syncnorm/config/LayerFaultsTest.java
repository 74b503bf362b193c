package io.syncnorm.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the messages for wrong values of {@code model.layers} and {@code model.image}. */
class LayerFaultsTest {
  private static final String LENET =
      "[{conv = 8, kernel = 5}, batch-norm, relu, {max-pool = 2}, {dense = 64}, batch-norm, relu]";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "relu | a list of layers in brackets",
        "8 | a list of layers in brackets",
        "{conv = 8, kernel = 5} | a list of layers in brackets",
        "[{conv = 8 | a list of layers in brackets",
        "[] | at least one layer; without any, model.hidden = [] is softmax regression",
        "[relu, rellu] | as layer 2 one of conv, dense, max-pool",
        "[maxpool] | as layer 1 one of conv, dense, max-pool",
        "[Relu] | as layer 1 one of",
        "[8] | as layer 1 one of",
        "[null] | as layer 1 one of",
        "[[relu]] | as layer 1 one of",
        "[{dense = 4}, softmax] | as layer 2 none with softmax: the output layer is implied",
        "[dense] | as layer 1 a number with dense: {dense = ...}",
        "[{relu = 1}] | as layer 1 the word relu, which has no settings",
        "[{}] | as layer 1 an object with one of conv, dense",
        "[{convolution = 8}] | as layer 1 an object with one of conv, dense",
        "[{conv = 8, kernel = 5, max-pool = 2}] | as layer 1 one layer, found conv and max-pool",
        "[{conv = 8}] | in layer 1 (conv) for kernel a value, which has no default",
        "[{conv = 0, kernel = 5}] | in layer 1 (conv) for conv an integer from 1 to 65536",
        "[{conv = 8, kernel = 0}] | in layer 1 (conv) for kernel an integer from 1 to 65536 or two",
        "[{conv = 8, kernel = [5, 5, 5]}] | in layer 1 (conv) for kernel an integer",
        "[{conv = 8, kernel = []}] | in layer 1 (conv) for kernel an integer",
        "[{conv = 8, kernel = [5, x]}] | in layer 1 (conv) for kernel an integer",
        "[{conv = 8, kernel = 2.5}] | in layer 1 (conv) for kernel an integer",
        "[{conv = 8, kernel = 5, stride = 0}] | in layer 1 (conv) for stride an integer",
        "[{conv = 8, kernel = 5, strides = 2}] | in layer 1 (conv) only conv, kernel, stride,"
            + " padding, bias",
        "[{conv = 8, kernel = 5, padding = full}] | in layer 1 (conv) for padding valid, same, an"
            + " integer",
        "[{conv = 8, kernel = 5, padding = -1}] | in layer 1 (conv) for padding valid, same, an"
            + " integer",
        "[{conv = 8, kernel = 5, padding = [1, 1]}] | in layer 1 (conv) for padding valid, same",
        "[{conv = 8, kernel = 5, padding = [1]}] | in layer 1 (conv) for padding valid, same",
        "[{conv = 8, kernel = [5, 2], padding = 2}] | in layer 1 (conv) for padding numbers smaller"
            + " than the window of [5, 2]",
        "[{conv = 8, kernel = 5, bias = maybe}] | in layer 1 (conv) for bias auto, true or false",
        "[{dense = 65537}] | in layer 1 (dense) for dense an integer from 1 to 65536",
        "[{dense = [8, 8]}] | in layer 1 (dense) for dense an integer",
        "[{dense = 8, activation = relu}] | in layer 1 (dense) only dense, bias, not activation",
        "[{max-pool = 2, padding = 2}] | in layer 1 (max-pool) for padding numbers smaller than the"
            + " window of 2",
        "[{max-pool = 2, kernel = 2}] | in layer 1 (max-pool) only max-pool, stride, padding",
        "[{dropout = 1}] | in layer 1 (dropout) for dropout a number of at least 0 and below 1",
        "[{dropout = 0.5, seed = 1}] | in layer 1 dropout alone, not seed",
        "[{batch-norm = off}] | in layer 1 (batch-norm) for batch-norm on; to leave the layer out",
        "[{batch-norm = on, momentum = 1}] | in layer 1 (batch-norm) for momentum a number of at"
            + " least",
        "[{batch-norm = on, epsilon = 0}] | in layer 1 (batch-norm) for epsilon a number of at"
            + " least 1e-37",
        "[{leaky-relu = 0}] | in layer 1 (leaky-relu) for leaky-relu a number of at least 1e-37",
        "[{elu = NaN}] | in layer 1 (elu) for elu a number of at least 1e-37",
      })
  void shouldRefuseAWrongLayerByItsPlace(String written, String expected) {
    List<String> faults = faults(List.of(), "model.layers=" + written);

    assertEquals(1, faults.size(), faults.toString());
    String start = "--set model.layers=" + written + ": model.layers: expected ";
    assertTrue(faults.get(0).startsWith(start), faults.get(0));
    assertTrue(faults.get(0).contains(expected), faults.get(0));
    assertEquals(Optional.empty(), Keys.LAYERS.read(written));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[maxpool] | max-pool",
        "[{conv2d = 8}] | conv",
        "[{conv = 8, kernel = 5, strides = 2}] | stride",
        "[batchNorm] | batch-norm",
        "[leaky_relu] | leaky-relu",
      })
  void shouldSuggestWhatWasMeant(String written, String meant) {
    String fault = faults(List.of(), "model.layers=" + written).get(0);

    assertTrue(fault.endsWith("; did you mean " + meant + "?"), fault);
  }

  @Test
  void shouldReportEachWrongLayerInItsLine() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("run.conf"),
            """
            model.layers = [
              {conv = 8, kernel = 5}
              rellu
              {max-pool = 2}
              {dense = 0}
            ]
            """);

    List<String> faults = faults(List.of(file));

    assertEquals(2, faults.size(), faults.toString());
    assertTrue(
        faults.get(0).startsWith(file + ":3: model.layers: expected as layer 2 one of"),
        faults.get(0));
    assertTrue(faults.get(0).endsWith("found=\"rellu\"; did you mean relu?"), faults.get(0));
    assertEquals(
        file
            + ":5: model.layers: expected in layer 4 (dense) for dense an integer from 1 to 65536,"
            + " found=0; correct it, or remove it",
        faults.get(1));
  }

  @Test
  void shouldReportASubstitutionThatCannotBeResolved() throws IOException {
    Path open = Files.writeString(folder.resolve("open.conf"), "model.layers = [${no.layer}]");
    assertTrue(
        faults(List.of(open)).get(0).contains("a value whose ${...} can be resolved"),
        faults(List.of(open)).toString());
  }

  @Test
  void shouldRefuseTwoNetworks() throws IOException {
    Path file = Files.writeString(folder.resolve("run.conf"), "\nmodel.hidden = [32]");

    assertEquals(
        List.of(
            file
                + ":2: model.hidden: expected its default [128,64] with model.layers, found=[32]; "
                + "remove it, or set model.layers = none"),
        faults(List.of(file), "model.layers=" + LENET));
    assertTrue(
        faults(List.of(), "model.layers=[relu]", "model.dl4j=x.zip")
            .get(0)
            .contains(
                "model.dl4j: expected its default \"none\" with model.layers, found=\"x.zip\""));
    assertEquals(
        List.of(
            "--set model.initialization=he-normal: model.initialization: expected its default"
                + " \"glorot-uniform\" with model.dl4j, found=\"he-normal\"; remove it, or set"
                + " model.dl4j = none"),
        faults(List.of(), "model.dl4j=x.zip", "model.initialization=he-normal"));
    assertEquals(
        List.of(128, 64), loaded("model.hidden=[128, 64]", "model.layers=[relu]").get(Keys.HIDDEN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[28, 28]", "[28, 28, 1, 1]", "[28, 0, 1]", "[28, 28, 65537]", "28", "[]", "gray"})
  void shouldRefuseWrongImages(String written) {
    String fault = faults(List.of(), "model.image=" + written).get(0);

    assertTrue(
        fault.contains(
            "model.image: expected auto or [height, width, channels], each an integer from 1 to"),
        fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "experiment.axes.\"model.layers\" = [{dense = 8}, relu] | a list of layers in brackets",
        "experiment.axes.\"model.layers\" = [[{dense = 8}, rellu]] | did you mean relu?",
        "experiment.axes { model.layers = [[relu]], model.hidden = [[8]] } | with model.layers",
      })
  void shouldRefuseWrongAxes(String text, String expected) {
    ConfigException wrong = assertThrows(ConfigException.class, () -> grid(text));

    assertTrue(wrong.getMessage().contains(expected), wrong.getMessage());
  }

  private Experiment grid(String text) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("g.conf"), "experiment { name = g, command = train }\n" + text);
    return ConfigLoader.loadExperiment(List.of(file), List.of(), Form.FULL);
  }

  private static Configuration loaded(String... overrides) {
    return ConfigLoader.load(List.of(), List.of(overrides));
  }

  private static List<String> faults(List<Path> files, String... overrides) {
    ConfigException thrown =
        assertThrows(ConfigException.class, () -> ConfigLoader.load(files, List.of(overrides)));
    return thrown.getMessage().lines().toList();
  }
}
