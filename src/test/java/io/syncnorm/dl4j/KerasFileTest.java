package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class KerasFileTest {
  /** Probabilities in float against double. */
  private static final double TOLERANCE = 1e-6;

  private static final int INPUTS = 6;
  private static final int CLASSES = 4;

  @TempDir Path folder;

  @Test
  void shouldPredictAsKerasDoesBeforeItIsTrained() throws IOException {
    KerasFile keras = KerasFile.random(INPUTS, 5, CLASSES, 1);
    Path path = folder.resolve("model.h5");
    keras.write(path);
    NetworkFile network = NetworkFile.read(path, 42);
    network.requireFits(INPUTS, CLASSES);
    assertTrue(network.isBatchNormalized());
    float[] x = {0.1f, -0.7f, 0.3f, 1.5f, 0, 0.9f};
    Path zip = folder.resolve("model.zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      network.model(network.start()).write(out);
    }
    INDArray found =
        MultiLayerNetwork.load(zip.toFile(), false).output(Nd4j.createFromArray(new float[][] {x}));
    assertArrayEquals(keras.predict(x), found.toDoubleVector(), TOLERANCE);
  }

  @Test
  void shouldRefuseAnotherFile() throws IOException {
    Path path = Files.writeString(folder.resolve("model.h5"), "not HDF5");
    ModelException refused = assertThrows(ModelException.class, () -> NetworkFile.read(path, 42));
    assertTrue(refused.getMessage().contains(path + ": "), refused.getMessage());
  }
}
