package io.syncnorm.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.TensorInfo;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import onnx.Onnx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests files with ONNX Runtime and with ONNX's own message classes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OnnxNetworkTest {
  /** Sums in another order, in single precision; probabilities are at most 1. */
  private static final float ROUNDING = 1e-5f;

  private static final int ROWS = 7;

  static Stream<Architecture> architectures() {
    return Networks.all();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldPredictTheSameInOnnxRuntime(Architecture architecture) throws Exception {
    OnnxNetwork network = Networks.of(architecture);
    float[] rows = Networks.rows(architecture, ROWS);

    try (OnnxRuntime runtime = OnnxRuntime.of(network)) {
      assertArrayEquals(
          Networks.predict(network, rows, ROWS), runtime.predict(rows, ROWS), ROUNDING);
      float[] one = Networks.rows(architecture, 1);
      assertArrayEquals(Networks.predict(network, one, 1), runtime.predict(one, 1), ROUNDING);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void shouldPredictBitForBitTheSameWhenReadAgain(Architecture architecture) throws Exception {
    OnnxNetwork network = Networks.of(architecture);
    byte[] file = OnnxRuntime.bytes(network);
    OnnxNetwork read = OnnxNetwork.read(ByteBuffer.wrap(file));

    float[] rows = Networks.rows(architecture, ROWS);
    assertArrayEquals(Networks.predict(network, rows, ROWS), Networks.predict(read, rows, ROWS));
    assertArrayEquals(network.state().parameters(), read.state().parameters());
    assertArrayEquals(network.state().statistics(), read.state().statistics());
    assertEquals(graph(file), graph(OnnxRuntime.bytes(read)), "written again");
  }

  /** ONNX's own classes pack repeated numbers, which is the other form of the same message. */
  @ParameterizedTest
  @MethodSource("architectures")
  void shouldReadWhatOnnxsOwnClassesWrite(Architecture architecture) throws Exception {
    byte[] file = OnnxRuntime.bytes(Networks.of(architecture));
    Onnx.ModelProto theirs = Onnx.ModelProto.parseFrom(file);

    assertEquals(0, theirs.getUnknownFields().getSerializedSize());
    byte[] again = theirs.toByteArray();
    assertEquals(
        theirs.getGraph(),
        graph(OnnxRuntime.bytes(OnnxNetwork.read(ByteBuffer.wrap(again)))),
        "read and written");
  }

  private static Onnx.GraphProto graph(byte[] file) throws Exception {
    return Onnx.ModelProto.parseFrom(file).getGraph();
  }

  @Test
  void shouldNameInputOutputAndMetadata() throws Exception {
    OnnxNetwork unnamed = Networks.of(Networks.chain(Dimensions.vector(5)));
    List<String> names = List.of("zero", "one \"1\"", "Ü\n", "");
    OnnxNetwork network =
        new OnnxNetwork(unnamed.architecture(), unnamed.state(), Optional.empty(), names);
    Onnx.ModelProto model = Onnx.ModelProto.parseFrom(OnnxRuntime.bytes(network));

    assertEquals("SyncNorm", model.getProducerName());
    assertEquals("1.2.3", model.getProducerVersion());
    assertEquals(7, model.getIrVersion());
    assertEquals(1, model.getOpsetImportCount());
    assertEquals(13, model.getOpsetImport(0).getVersion());
    try (OnnxRuntime runtime = OnnxRuntime.of(network)) {
      OnnxModelMetadata metadata = runtime.session().getMetadata();
      assertEquals("1.2.3", metadata.getCustomMetadata().get("syncnorm.version"));
      assertEquals("none", metadata.getCustomMetadata().get("syncnorm.scaling"));
      for (int i = 0; i < names.size(); i++) {
        assertEquals(names.get(i), metadata.getCustomMetadata().get("class." + i));
      }
      assertInput(runtime.session().getInputInfo(), "features", 5);
      assertInput(runtime.session().getOutputInfo(), "probabilities", 4);
    }
    assertEquals(names, OnnxNetwork.read(ByteBuffer.wrap(OnnxRuntime.bytes(network))).classNames());
  }

  private static void assertInput(Map<String, NodeInfo> all, String name, long columns) {
    assertEquals(1, all.size());
    TensorInfo info = (TensorInfo) all.get(name).getInfo();
    assertEquals(OnnxJavaType.FLOAT, info.type);
    assertArrayEquals(new long[] {-1, columns}, info.getShape());
    assertArrayEquals(new String[] {"batch", ""}, info.getDimensionNames());
  }

  @Test
  void shouldScaleFeaturesExactlyAroundALargeCentre() throws Exception {
    OnnxNetwork plain = Networks.of(Networks.chain(Dimensions.vector(2)));
    FeatureScaling scaling =
        new FeatureScaling(
            new float[] {1_000_000, -3}, new float[] {0.5f, 1e-3f}, FeatureScaling.Unit.PIXEL);
    OnnxNetwork network =
        new OnnxNetwork(plain.architecture(), plain.state(), Optional.of(scaling), List.of());
    float[] rows = {1_000_000.5f, -3.0005f, 999_999.25f, -2.999f};
    float[] scaled = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      scaled[i] = (rows[i] - scaling.centres()[i % 2]) / scaling.spreads()[i % 2];
    }

    try (OnnxRuntime runtime = OnnxRuntime.of(network)) {
      assertArrayEquals(Networks.predict(plain, scaled, 2), runtime.predict(rows, 2), ROUNDING);
    }
    FeatureScaling read =
        OnnxNetwork.read(ByteBuffer.wrap(OnnxRuntime.bytes(network))).scaling().orElseThrow();
    assertArrayEquals(scaling.centres(), read.centres());
    assertArrayEquals(scaling.spreads(), read.spreads());
    assertEquals(FeatureScaling.Unit.PIXEL, read.unit());
  }

  @Test
  void shouldRefuseAScalingThatDividesByZero() {
    OnnxException thrown =
        assertThrows(
            OnnxException.class,
            () ->
                new FeatureScaling(new float[] {0}, new float[] {0}, FeatureScaling.Unit.FEATURE));
    assertTrue(thrown.getMessage().contains("feature=0"), thrown.getMessage());
  }

  @Test
  void shouldBeHardlyLargerThanTheParametersOfTheMainModel() throws Exception {
    OnnxNetwork network =
        Networks.of(
            Architecture.perceptron(
                784,
                List.of(128, 64),
                10,
                Activation.RELU,
                Optional.of(new Layer.BatchNormalization(0.99, 1e-3))));
    long parameters = (long) Float.BYTES * network.state().parameters().length;
    long file = OnnxRuntime.bytes(network).length;
    assertTrue(file <= 1.1 * parameters, "file=" + file + " parameters=" + parameters);
  }
}
