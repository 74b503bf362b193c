package io.syncnorm.model;

import io.syncnorm.data.Features;
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
import java.util.Optional;

/** The network of an ONNX file, computed by the fused engine. */
public final class OnnxModel implements RunModel {
  /** Name of the file in the directory of a run. */
  public static final String FILE = "model.onnx";

  private final Architecture architecture;
  private final NetworkState state;
  private final String version;
  private final FusedPrediction prediction;
  private ModelExtras extras;

  private OnnxModel(
      Architecture architecture, NetworkState state, String version, ModelExtras extras) {
    this.architecture = architecture;
    this.state = state;
    this.version = version;
    this.prediction = new FusedPrediction(architecture, state);
    this.extras = extras;
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
  public long inputs() {
    return architecture.inputs();
  }

  @Override
  public void prepare(RowFormat format, Path file) {
    extras.normalizer().requireFits(format.rowLength());
    ImageShape.of(architecture).ifPresent(image -> image.require(format.shape(), file));
    extras = extras.withNormalizer(extras.normalizer().of(format));
  }

  @Override
  public int classes() {
    return architecture.classes();
  }

  @Override
  public Optional<List<String>> classNames() {
    return extras.classNames();
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
    return new OnnxModel(architecture, state, version, extras.withNames(names, classes()));
  }

  @Override
  public OnnxModel withStandardization(float[] means, float[] deviations) {
    return new OnnxModel(
        architecture, state, version, extras.withStandardization(means, deviations, inputs()));
  }

  @Override
  public OnnxNetwork onnx() {
    return network(architecture, state, extras);
  }

  @Override
  public Sent sent() {
    return new Form(architecture, state, version, extras);
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

  @Override
  public boolean keepsSparse() {
    return FusedPrediction.keepsSparse(extras.normalizer());
  }

  @Override
  public float[] predict(Features.Sparse rows) {
    return keepsSparse() ? prediction.predict(rows) : RunModel.super.predict(rows);
  }

  @Override
  public float[] predict(float[] features, int rows) {
    return prediction.predict(extras.normalizer(), features, rows);
  }
}
