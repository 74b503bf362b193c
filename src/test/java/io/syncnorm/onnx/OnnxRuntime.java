package io.syncnorm.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Map;

/** ONNX Runtime, the oracle for files: it knows nothing of SyncNorm. */
public final class OnnxRuntime implements AutoCloseable {
  private final OrtSession session;

  public OnnxRuntime(byte[] file) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    session = OrtEnvironment.getEnvironment().createSession(file, options);
  }

  static OnnxRuntime of(OnnxNetwork network) throws OrtException, IOException {
    return new OnnxRuntime(bytes(network));
  }

  static byte[] bytes(OnnxNetwork network) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    network.write(out, "1.2.3");
    return out.toByteArray();
  }

  OrtSession session() {
    return session;
  }

  /**
   * @param features {@code [rows, features]}
   * @return probabilities {@code [rows, classes]}
   */
  public float[] predict(float[] features, int rows) throws OrtException {
    long[] shape = {rows, features.length / rows};
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(features), shape);
        OrtSession.Result result = session.run(Map.of("features", tensor))) {
      FloatBuffer probabilities = ((OnnxTensor) result.get("probabilities").get()).getFloatBuffer();
      float[] values = new float[probabilities.remaining()];
      probabilities.get(values);
      return values;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
