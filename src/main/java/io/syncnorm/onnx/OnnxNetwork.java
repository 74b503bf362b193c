package io.syncnorm.onnx;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A trained network as an ONNX file has it: from rows of features {@code [batch, features]}, of any
 * number of rows, to probabilities {@code [batch, classes]}, as inference computes it.
 *
 * @param scaling applied to features before the first layer
 * @param classNames one per class; empty if they are not known
 */
public record OnnxNetwork(
    Architecture architecture,
    NetworkState state,
    Optional<FeatureScaling> scaling,
    List<String> classNames) {
  /** Version of ONNX's operators in the files. */
  public static final int OPSET = 13;

  /** Name of a graph's input. */
  public static final String INPUT = "features";

  /** Name of a graph's output. */
  public static final String OUTPUT = "probabilities";

  /** Version of the file format that came with the opset. */
  static final int IR_VERSION = 7;

  static final String PRODUCER = "SyncNorm";

  /** The longest message of Protocol Buffers. */
  private static final long MOST_BYTES = Integer.MAX_VALUE;

  public OnnxNetwork {
    classNames = List.copyOf(classNames);
  }

  /**
   * Checks, before a network is trained, that it can be written.
   *
   * @throws OnnxException if it is too large for a file, or has a layer that ONNX has not
   */
  public void requireWritable() {
    long bytes = Float.BYTES * ((long) state.parameters().length + state.statistics().length);
    if (bytes > MOST_BYTES - (1 << 20)) {
      throw new OnnxException(
          String.format(
              Locale.ROOT,
              "it is too large for an ONNX file, which is one message of Protocol Buffers: expected bytes<%d, found parameters of %d bytes; keep model.zip",
              MOST_BYTES,
              bytes));
    }
  }

  /**
   * Writes the file. Equal networks give equal bytes.
   *
   * @param version of SyncNorm, for the file's metadata
   * @throws OnnxException if the network cannot be written
   */
  public void write(OutputStream out, String version) throws IOException {
    requireWritable();
    ProtoMessage message =
        new ModelProto(
                IR_VERSION,
                OPSET,
                PRODUCER,
                version,
                new GraphWriter(architecture, state).graph(scaling),
                Metadata.of(this, version))
            .message();
    if (message.length() > MOST_BYTES) {
      throw new OnnxException("it is too large for an ONNX file: bytes=" + message.length());
    }
    BufferedOutputStream buffered = new BufferedOutputStream(out);
    message.writeTo(buffered);
    buffered.flush();
  }

  /**
   * Reads a file that {@link #write} has written.
   *
   * @throws OnnxException if it is no such file: truncated, damaged, or with other operators; the
   *     message names the node
   */
  public static OnnxNetwork read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new OnnxException("it is too large: bytes=" + Files.size(file));
    }
    return read(ByteBuffer.wrap(Files.readAllBytes(file)));
  }

  static OnnxNetwork read(ByteBuffer bytes) {
    ModelProto model = ModelProto.read(new ProtoReader("ModelProto", bytes));
    if (model.irVersion() == 0 || model.opset() == 0) {
      throw new OnnxException("it is truncated, or not an ONNX model: it names no opset");
    }
    if (model.opset() != OPSET) {
      throw new OnnxException(
          String.format(
              Locale.ROOT,
              "it was not written by SyncNorm: expected opset=%d, found opset=%d, producer=%s",
              OPSET,
              model.opset(),
              model.producer().isEmpty() ? "none" : model.producer()));
    }
    try {
      return new GraphReader(model.graph(), Metadata.unit(model.metadata()))
          .network(model.metadata());
    } catch (IllegalArgumentException e) {
      throw new OnnxException("its graph is no network: " + e.getMessage(), e);
    }
  }
}
