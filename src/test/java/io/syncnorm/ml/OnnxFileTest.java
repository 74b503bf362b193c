package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.onnx.OnnxRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the ONNX file of a Spark ML model. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OnnxFileTest {
  private static final float TOLERANCE = 1e-5f;

  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = Blobs.session(1);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SyncBatchNormClassificationModel model() {
    Architecture architecture =
        Architecture.perceptron(
            3,
            List.of(4),
            2,
            Activation.TANH,
            Optional.of(new Layer.BatchNormalization(0.75, 1e-3)));
    NetworkState state = NetworkState.initial(architecture, 7);
    for (int i = 0; i < state.statistics().length; i++) {
      state.statistics()[i] = 0.25f * (i + 1);
    }
    return new SyncBatchNormClassificationModel("onnx", architecture, state, null);
  }

  @Test
  void shouldPredictTheSameInOnnxRuntime() throws Exception {
    Path file = folder.resolve("in a folder/model.onnx");
    String path = file.toString();
    SyncBatchNormClassificationModel model = model();
    // snippet: export-onnx
    model.exportOnnx(path);
    // end of snippet
    Vector row = Vectors.dense(0.5, -1, 2);
    double[] expected = model.predictProbability(row).toArray();

    try (OnnxRuntime runtime = new OnnxRuntime(Files.readAllBytes(file))) {
      float[] found = runtime.predict(new float[] {0.5f, -1, 2}, 1);
      assertEquals(expected.length, found.length);
      for (int i = 0; i < found.length; i++) {
        assertEquals(expected[i], found[i], TOLERANCE);
      }
    }
  }

  @Test
  void shouldReplaceAFileButNotAFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("model.onnx"), "older");
    model().exportOnnx(file.toUri().toString());
    byte[] written = Files.readAllBytes(file);
    assertTrue(written.length > 100, "bytes=" + written.length);
    model().exportOnnx(file.toString());
    assertArrayEquals(written, Files.readAllBytes(file), "equal models give equal bytes");

    Path kept = Files.writeString(Files.createDirectory(folder.resolve("d")).resolve("f"), "kept");
    String message =
        assertThrows(
                UncheckedIOException.class, () -> model().exportOnnx(kept.getParent().toString()))
            .getMessage();
    assertTrue(message.contains("it is a folder"), message);
    assertEquals("kept", Files.readString(kept));
    assertThrows(UncheckedIOException.class, () -> model().exportOnnx("/"));
  }
}
