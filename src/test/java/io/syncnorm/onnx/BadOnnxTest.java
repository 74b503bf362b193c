package io.syncnorm.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import onnx.Onnx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests files that cannot be read: the message says why, and no file makes another error. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BadOnnxTest {
  private static final long SEED = Long.getLong("syncnorm.test.seed", 17);

  private static byte[] file() throws IOException {
    Architecture architecture =
        Networks.chain(
            new Dimensions(4, 4, 2),
            new Layer.Convolution(2, Window.square(2, 1, Window.Fixed.VALID), Layer.Bias.NONE),
            new Layer.BatchNormalization(0.9, 1e-3),
            new Layer.Dense(3, Layer.Bias.TRAINED));
    return OnnxRuntime.bytes(Networks.of(architecture));
  }

  private static String refusal(byte[] file) {
    return assertThrows(OnnxException.class, () -> OnnxNetwork.read(ByteBuffer.wrap(file)))
        .getMessage();
  }

  @Test
  void shouldRefuseEveryTruncatedFile() throws IOException {
    byte[] file = file();
    OnnxNetwork.read(ByteBuffer.wrap(file));
    for (int length = 0; length < file.length; length++) {
      byte[] truncated = Arrays.copyOf(file, length);
      try {
        OnnxNetwork.read(ByteBuffer.wrap(truncated)); // without the metadata it is whole
        assertTrue(length > file.length * 0.8, "length=" + length);
      } catch (OnnxException e) {
        assertTrue(
            e.getMessage().contains("truncated") || e.getMessage().contains("damaged"),
            length + ": " + e.getMessage());
      }
    }
  }

  @Test
  void shouldReportDamagedFilesOnlyAsSuch() throws IOException {
    byte[] file = file();
    SplittableRandom random = new SplittableRandom(SEED);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] damaged = file.clone();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        OnnxNetwork.read(ByteBuffer.wrap(damaged));
      } catch (OnnxException e) {
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed=" + SEED + " file=" + i, e);
      }
    }
    assertTrue(refused > 500, "refused=" + refused);
  }

  private static Arguments change(String expected, Consumer<Onnx.ModelProto.Builder> change) {
    return Arguments.of(expected, change);
  }

  private static Onnx.NodeProto.Builder node(Onnx.ModelProto.Builder model, String operator) {
    return model.getGraphBuilder().getNodeBuilderList().stream()
        .filter(each -> each.getOpType().equals(operator))
        .findFirst()
        .orElseThrow();
  }

  private static Onnx.AttributeProto attribute(String name, long value) {
    return Onnx.AttributeProto.newBuilder()
        .setName(name)
        .setType(Onnx.AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        change(
            "its node Gemm_6 (LSTM) cannot be read: SyncNorm does not write this operator",
            model -> node(model, "Gemm").setOpType("LSTM")),
        change(
            "its node BatchNormalization_3 (com.acme.BatchNormalization) cannot be read: SyncNorm does not write this operator",
            model -> node(model, "BatchNormalization").setDomain("com.acme")),
        change(
            "its node Gemm_6 (Gemm) cannot be read: it has attributes that SyncNorm does not write: [transB]",
            model -> node(model, "Gemm").addAttribute(attribute("transB", 1))),
        change(
            "its node Conv_2 (Conv) cannot be read: it has attributes that SyncNorm does not write: [group]",
            model -> node(model, "Conv").addAttribute(attribute("group", 2))),
        change(
            "its node Conv_2 (Conv) cannot be read: it has no attribute kernel_shape",
            model -> node(model, "Conv").removeAttribute(0)),
        change(
            "the graph is not a chain: expected input=Conv_2_output",
            model -> node(model, "BatchNormalization").setInput(0, "features")),
        change(
            "the tensor Conv_2_weight does not fit: expected sizes=[2, 2, 2, 2], found sizes=[2, 2, 4, 1]",
            model -> tensor(model, "Conv_2_weight").setDims(2, 4).setDims(3, 1)),
        change(
            "the tensor Gemm_6_weight does not fit: expected sizes=[18, 18], found sizes=[3, 18]",
            model -> tensor(model, "Gemm_6_weight").setDims(0, 3).setDims(1, 18)),
        change(
            "expected data_type=1, found data_type=11",
            model -> tensor(model, "Gemm_6_bias").setDataType(Onnx.TensorProto.DataType.DOUBLE)),
        change(
            "the tensor Gemm_6_bias does not have its values as raw_data: expected bytes=12, found bytes=0",
            model -> tensor(model, "Gemm_6_bias").clearRawData()),
        change(
            "its input 1 must be a constant",
            model -> node(model, "Gemm").setInput(1, "elsewhere")),
        change(
            "it reorders CHANNELS_FIRST by perm=[3, 0, 1, 2]",
            model ->
                node(model, "Transpose")
                    .getAttributeBuilder(0)
                    .setInts(0, 3)
                    .setInts(1, 0)
                    .setInts(2, 1)
                    .setInts(3, 2)),
        change(
            "expected opset=13, found opset=18, producer=SyncNorm",
            model -> model.getOpsetImportBuilder(0).setVersion(18)),
        change("its graph does not end with Softmax", BadOnnxTest::removeLastNode),
        change(
            "its graph is not a chain from rows to probabilities",
            model -> model.getGraphBuilder().addInput(model.getGraph().getOutput(0))),
        change("it names no opset", Onnx.ModelProto.Builder::clearOpsetImport));
  }

  private static void removeLastNode(Onnx.ModelProto.Builder model) {
    model.getGraphBuilder().removeNode(model.getGraph().getNodeCount() - 1);
  }

  private static Onnx.TensorProto.Builder tensor(Onnx.ModelProto.Builder model, String name) {
    return model.getGraphBuilder().getInitializerBuilderList().stream()
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void shouldNameWhatCannotBeRead(String expected, Consumer<Onnx.ModelProto.Builder> change)
      throws Exception {
    Onnx.ModelProto.Builder model = Onnx.ModelProto.parseFrom(file()).toBuilder();
    change.accept(model);
    String refusal = refusal(model.build().toByteArray());
    assertTrue(refusal.contains(expected), refusal);
  }

  @Test
  void shouldRefuseAnEmptyFile() {
    assertEquals("it is truncated, or not an ONNX model: it names no opset", refusal(new byte[0]));
  }
}
