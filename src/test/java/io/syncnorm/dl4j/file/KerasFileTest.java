package io.syncnorm.dl4j.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.dl4j.KerasFile;
import io.syncnorm.model.ModelException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class KerasFileTest {
  /** Difference allowed between probabilities in float and in double. */
  private static final double TOLERANCE = 1e-6;

  private static final String OBJECT =
      "{\"class_name\": \"CategoricalCrossentropy\", \"config\": {";

  private static final int INPUTS = 6;
  private static final int CLASSES = 4;

  @TempDir Path folder;

  @Test
  void shouldPredictAsKerasDoesBeforeTraining() throws IOException {
    KerasFile keras = KerasFile.random(INPUTS, 5, CLASSES, 1);
    Path path = folder.resolve("model.h5");
    keras.write(path);
    NetworkFile network = NetworkFile.read(path, 42);
    network.requireFits(INPUTS, CLASSES);
    assertTrue(network.isBatchNormalized());
    float[] x = {0.1f, -0.7f, 0.3f, 1.5f, 0, 0.9f};
    Path zip = folder.resolve("model.zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      network.model(network.start(Configuration.defaults())).write(out);
    }
    INDArray found =
        MultiLayerNetwork.load(zip.toFile(), false).output(Nd4j.createFromArray(new float[][] {x}));
    assertArrayEquals(keras.predict(x), found.toDoubleVector(), TOLERANCE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"sparse_categorical_crossentropy\" | softmax",
        "[\"categorical_crossentropy\"] | softmax",
        "{\"out\": \"sparse_categorical_crossentropy\"} | softmax",
        OBJECT + "\"label_smoothing\": 0}} | softmax",
        OBJECT + "\"from_logits\": false}} | softmax",
        OBJECT + "\"from_logits\": true}} | linear"
      })
  void shouldReadEveryFormOfTheLoss(String loss, String activation) {
    KerasFile keras = KerasFile.random(INPUTS, 5, CLASSES, 1);
    Path path = folder.resolve("model.h5");
    keras.write(path, KerasFile.training(loss, "Adam", "1"), activation);
    NetworkFile network = NetworkFile.read(path, 42);
    network.requireFits(INPUTS, CLASSES);
    float[] x = {0.1f, -0.7f, 0.3f, 1.5f, 0, 0.9f};
    float[] found = network.model(network.start(Configuration.defaults())).predict(x, 1);
    double[] expected = keras.predict(x);
    for (int c = 0; c < CLASSES; c++) {
      assertEquals(expected[c], found[c], TOLERANCE);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"categorical_crossentropy\" | Lion | 0.1 | its optimizer Lion is not supported: expected one of [Adadelta",
        "\"my_loss\" | Adam | 0.1 | Unknown Keras loss function my_loss",
        "null | Adam | 0.1 | the loss in its training_config cannot be read",
        "\"mse\" | Adam | {\"class_name\": \"ExponentialDecay\"} | follows the schedule ExponentialDecay",
        "\"mse\" | Adam | 0.1, \"clipnorm\": 1.0 | has clipnorm=1.0, which DL4J's importer does not read",
        OBJECT + "\"label_smoothing\": 0.1}} | Adam | 0.1 | has label_smoothing=0.1",
        OBJECT + "\"from_logits\": true}} | Adam | 0.1 | its loss expects logits (from_logits=True)"
      })
  void shouldNameUnsupportedLossesAndOptimizers(
      String loss, String optimizer, String rate, String words) {
    Path path = folder.resolve("model.h5");
    KerasFile.random(INPUTS, 5, CLASSES, 1)
        .write(path, KerasFile.training(loss, optimizer, rate), "softmax");
    ModelException refused = assertThrows(ModelException.class, () -> NetworkFile.read(path, 42));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "Functional, 2.4.0, true, it is a Functional model: expected a Sequential one",
    "Sequential, 2.4.0, false, 'it has no training_config, and so neither a loss nor an optimizer'",
    "'', 2.4.0, false, it contains no model"
  })
  void shouldDescribeUnsupportedKerasFiles(
      String type, String version, boolean isCompiled, String words) {
    Path path = folder.resolve("model.h5");
    String training = isCompiled ? KerasFile.training("\"mse\"") : "";
    KerasFile.random(INPUTS, 5, CLASSES, 1).write(path, training, "softmax", type, version);
    ModelException refused = assertThrows(ModelException.class, () -> NetworkFile.read(path, 42));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }

  @Test
  void shouldRefuseAFileThatIsNotHdf5() throws IOException {
    Path path = Files.writeString(folder.resolve("model.h5"), "not HDF5");
    ModelException refused = assertThrows(ModelException.class, () -> NetworkFile.read(path, 42));
    assertTrue(refused.getMessage().contains(path + ": "), refused.getMessage());
  }
}
