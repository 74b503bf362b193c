package io.syncnorm.model;

import io.syncnorm.data.RowFormat;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.onnx.OnnxException;
import io.syncnorm.onnx.OnnxNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The network of an ONNX file, computed by the fused engine. */
public final class OnnxModel extends EngineModel {
  /** Name of the file in the directory of a run. */
  public static final String FILE = "model.onnx";

  private final String version;

  private OnnxModel(
      Architecture architecture, NetworkState state, String version, ModelExtras extras) {
    super(architecture, state, extras);
    this.version = version;
  }

  /**
   * Creates the model of a trained network.
   *
   * @param version of SyncNorm, which the file names
   */
  public static OnnxModel of(Architecture architecture, NetworkState state, String version) {
    return new OnnxModel(architecture, state, version, ModelExtras.NONE);
  }

  static boolean isOnnx(Path file) {
    try {
      return Files.exists(file) && FileContent.of(file).kind() == FileContent.Kind.ONNX;
    } catch (IOException e) {
      return false; // the reader of zips says why
    }
  }

  /**
   * @throws ModelException if the file is damaged, or was not written by SyncNorm
   */
  static OnnxModel read(Path file) {
    try {
      OnnxNetwork network = OnnxNetwork.read(file);
      return new OnnxModel(
          network.architecture(),
          network.state(),
          "",
          new ModelExtras(
              network.scaling().map(FeatureNormalizer::of).orElse(FeatureNormalizer.NONE),
              network.classNames()));
    } catch (IOException | OnnxException e) {
      throw new ModelException(
          "cannot read %s as an ONNX file of SyncNorm: %s"
              .formatted(file, ModelException.summary(e)),
          e);
    }
  }

  /**
   * Returns a network as ONNX files have it.
   *
   * @throws ModelException if they cannot hold it
   */
  public static OnnxNetwork network(
      Architecture architecture, NetworkState state, ModelExtras extras) {
    try {
      OnnxNetwork network =
          new OnnxNetwork(architecture, state, extras.normalizer().scaling(), extras.names());
      network.requireWritable();
      return network;
    } catch (OnnxException e) {
      throw new ModelException("the network cannot be written as ONNX: " + e.getMessage(), e);
    }
  }

  @Override
  protected void requireImages(RowFormat format, Path file) {
    ImageShape.of(architecture()).ifPresent(image -> image.require(format.shape(), file));
  }

  @Override
  public String fileName() {
    return FILE;
  }

  @Override
  public void write(OutputStream out) throws IOException {
    onnx().write(out, version);
  }

  @Override
  public OnnxModel withClassNames(List<String> names) {
    return with(extras().withNames(names, classes()));
  }

  @Override
  public OnnxModel withStandardization(float[] means, float[] deviations) {
    return with(extras().withStandardization(means, deviations, inputs()));
  }

  private OnnxModel with(ModelExtras other) {
    return new OnnxModel(architecture(), state(), version, other);
  }

  @Override
  public Sent sent() {
    return new Form(architecture(), state(), version, extras());
  }

  private record Form(
      Architecture architecture, NetworkState state, String version, ModelExtras extras)
      implements Sent {
    private static final long serialVersionUID = 1;

    @Override
    public OnnxModel open() {
      Blas.instance().useOneThread(); // the tasks of an executor share its cores
      return new OnnxModel(architecture, state, version, extras);
    }
  }
}
