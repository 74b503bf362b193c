package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;

/** Tests the main job without loadable native libraries. */
@Slow
@Timeout(120)
class MissingLibraryTest {
  /**
   * Difference allowed between probabilities of two BLAS libraries, which sum floats in different
   * orders.
   */
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  @Test
  void shouldRefuseOnlyWhatNeedsNativeLibraries() throws Exception {
    SampleData data = SampleData.write(folder);
    Path runs = folder.resolve("runs");
    RunFolder trained = RunFolder.of(CommandRun.of(data.command("train"), runs), runs);
    Path zip = folder.resolve(WithoutLibraries.TRAINED_ZIP);
    Files.copy(trained.file("model.zip"), zip);
    MultiLayerNetwork convolutional =
        new MultiLayerNetwork(NetworkFileTest.convolutional(SampleData.CLASSES));
    convolutional.init();
    convolutional.save(folder.resolve(WithoutLibraries.CONVOLUTIONAL_ZIP).toFile(), true);
    Files.writeString(
        folder.resolve(WithoutLibraries.CONVOLUTIONAL_JSON),
        convolutional.getLayerWiseConfigurations().toJson());
    MultiLayerConfiguration softsign = NetworkFileTest.convolutional(SampleData.CLASSES);
    ((ActivationLayer) softsign.getConf(2).getLayer()).setActivationFn(new ActivationSoftSign());
    MultiLayerNetwork unsupported = new MultiLayerNetwork(softsign);
    unsupported.init();
    unsupported.save(folder.resolve(WithoutLibraries.SOFTSIGN_ZIP).toFile(), true);
    String expected =
        CommandRun.of(
                "predict", "--model", zip.toString(), "--images", data.images("test").toString())
            .done()
            .out();

    try (ProcessRun without =
        new ProcessRun(
            List.of("-Dorg.bytedeco.javacpp.platform=linux-ppc64le"),
            WithoutLibraries.class,
            List.of(folder.toString()))) {
      assertEquals(0, without.exitCode(100), without.err());
    }
    assertSamePredictions(expected, Files.readString(folder.resolve(WithoutLibraries.CSV)));
  }

  private static void assertSamePredictions(String expected, String found) throws IOException {
    List<String> rows = found.lines().toList();
    List<String> own = expected.lines().toList();
    assertEquals(own.size(), rows.size());
    assertEquals(own.get(0), rows.get(0));
    for (int row = 1; row < own.size(); row++) {
      String[] expectedCells = own.get(row).split(",", -1);
      String[] cells = rows.get(row).split(",", -1);
      for (int i = 0; i < expectedCells.length; i++) {
        assertEquals(Double.parseDouble(expectedCells[i]), Double.parseDouble(cells[i]), TOLERANCE);
      }
    }
  }
}
