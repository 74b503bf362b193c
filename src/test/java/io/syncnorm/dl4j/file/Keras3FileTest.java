package io.syncnorm.dl4j.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.dl4j.KerasFile;
import io.syncnorm.dl4j.KerasImageFile;
import io.syncnorm.keras.KerasSamples;
import io.syncnorm.model.ModelException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

class Keras3FileTest {
  /** All compute in float, each in its own order. */
  private static final float TOLERANCE = 1e-5f;

  @TempDir Path folder;

  /** Keras' own predictions are met by plain DL4J and by our reader of the zip. */
  @ParameterizedTest
  @CsvSource({
    "dense.keras, dense",
    "dense.h5, dense",
    "images.keras, images",
    "images.h5, images",
    "channels_first.keras, channels_first",
    "pooled.keras, pooled"
  })
  void shouldPredictAsKerasDoesBeforeTraining(String file, String model) throws Exception {
    MultiLayerNetwork plain = MultiLayerNetwork.load(zip(file).toFile(), false);
    Dl4jModel ours = Dl4jModel.read(zip(file));
    KerasSamples.Expected expected = KerasSamples.expected(model);
    for (int i = 0; i < expected.rows().size(); i++) {
      float[] row = expected.rows().get(i);
      float[] probabilities = expected.probabilities().get(i);
      INDArray found = plain.output(Nd4j.createFromArray(new float[][] {row}));
      assertArrayEquals(probabilities, found.toFloatVector(), TOLERANCE);
      assertArrayEquals(probabilities, ours.predict(row, 1).clone(), TOLERANCE);
    }
  }

  /** Writes the network of a Keras file before its first epoch. */
  private Path zip(String file) throws Exception {
    NetworkFile network = NetworkFile.read(KerasSamples.file(file), 42);
    Path zip = folder.resolve("model.zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      network.model(network.start(Configuration.defaults())).write(out);
    }
    return zip;
  }

  @Test
  void shouldTakeTheOptimizerAndItsRegularization() throws Exception {
    assertEquals(new Adam(0.0020000000949949026, 0.8, 0.999, 1e-6), updater("dense.keras"));
    assertEquals(new Nesterovs(0.05000000074505806, 0.7), updater("images.h5"));
    assertTrue(updater("channels_first.keras") instanceof RmsProp);
    MultiLayerConfiguration dense = configuration("dense.keras");
    List<?> penalties = layer(dense, 4).getRegularization(); // dense, norm, relu, dropout, dense
    assertEquals(0.02, ((L2Regularization) penalties.get(0)).getL2().valueAt(0, 0));
    MultiLayerConfiguration decayed = configuration("pooled.keras");
    WeightDecay decay = (WeightDecay) layer(decayed, 0).getRegularization().get(0);
    assertEquals(0.01, decay.getCoeff().valueAt(0, 0));
    assertTrue(layer(decayed, 0).getRegularizationBias().isEmpty()); // normalization follows
    assertEquals(1, layer(decayed, 4).getRegularizationBias().size());
  }

  private IUpdater updater(String file) throws Exception {
    return layer(configuration(file), 0).getIUpdater();
  }

  private MultiLayerConfiguration configuration(String file) throws Exception {
    return MultiLayerNetwork.load(zip(file).toFile(), false).getLayerWiseConfigurations();
  }

  private static BaseLayer layer(MultiLayerConfiguration configuration, int index) {
    return (BaseLayer) configuration.getConf(index).getLayer();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unsupported.keras", "functional.keras"})
  void shouldNameTheFileThatCannotBeTrained(String name) {
    Path file = KerasSamples.file(name);
    ModelException refused = assertThrows(ModelException.class, () -> NetworkFile.read(file, 42));
    String start = "cannot train the network in %s: it is a ".formatted(file);
    assertTrue(refused.getMessage().startsWith(start), refused.getMessage());
  }

  /** DL4J's importer reads files of Keras 2 with HDF5's own library; we read them in Java. */
  @Test
  void shouldReadTheWeightsOfKeras2AsDl4jDoes() throws Exception {
    Path dense = folder.resolve("dense.h5");
    KerasFile.random(6, 5, 4, 3).write(dense);
    Path images = folder.resolve("images.h5");
    KerasImageFile.write(images, 6, 4, 2, 3);
    for (Path file : List.of(dense, images)) {
      MultiLayerNetwork theirs =
          KerasModelImport.importKerasSequentialModelAndWeights(file.toString(), false);
      MultiLayerNetwork ours = KerasImport.readHdf5(file, 42);
      assertEquals(theirs.params(), ours.params());
      assertEquals(theirs.numParams(), ours.numParams());
    }
  }
}
