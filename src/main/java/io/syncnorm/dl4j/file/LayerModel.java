package io.syncnorm.dl4j.file;

import io.syncnorm.data.RowFormat;
import io.syncnorm.dl4j.fused.FusedNetwork;
import io.syncnorm.dl4j.fused.FusedReader;
import io.syncnorm.dl4j.fused.NotFusedException;
import io.syncnorm.dl4j.layer.ArrayValues;
import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.model.ImageShape;
import io.syncnorm.model.ModelException;
import io.syncnorm.model.ModelExtras;
import io.syncnorm.model.OnnxModel;
import io.syncnorm.onnx.OnnxNetwork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Any DL4J network, computed by DL4J's layers. */
final class LayerModel implements Dl4jModel {
  private final MultiLayerNetwork network;
  private ModelExtras extras;

  LayerModel(MultiLayerNetwork network, ModelExtras extras) {
    this.network = network;
    this.extras = extras;
  }

  static LayerModel read(Path zip) throws IOException {
    ModelExtras extras = // rejects normalizers stored as Java objects before DL4J reads them
        ZipExtras.read(zip, StoredNormalizer.of(zip));
    LayerModel model = new LayerModel(MultiLayerNetwork.load(zip.toFile(), false), extras);
    ZipExtras.requireFit(extras, model.classes());
    return model;
  }

  @Override
  public void write(OutputStream out) throws IOException {
    ModelZip.write(
        out,
        network.getLayerWiseConfigurations().toJson(),
        data -> Nd4j.write(network.params(), data),
        extras);
  }

  @Override
  public long inputs() {
    return NetworkImages.of(network.getLayerWiseConfigurations())
        .map(ImageShape::length)
        .orElseGet(() -> (long) network.layerInputSize(0));
  }

  @Override
  public void prepare(RowFormat format, Path file) {
    extras.normalizer().requireFits(format.rowLength());
    NetworkImages.require(network.getLayerWiseConfigurations(), format.shape(), file);
    extras = extras.withNormalizer(extras.normalizer().of(format));
  }

  @Override
  public int classes() {
    int last = network.getnLayers() - 1;
    while (last > 0
        && network.layerSize(last) == 0) { // skips loss layers, with which Keras models end
      last--;
    }
    return network.layerSize(last);
  }

  @Override
  public Optional<List<String>> classNames() {
    return extras.classNames();
  }

  @Override
  public LayerModel withClassNames(List<String> names) {
    return new LayerModel(network, extras.withNames(names, classes()));
  }

  @Override
  public LayerModel withStandardization(float[] means, float[] deviations) {
    return new LayerModel(
        network, ZipExtras.withStandardization(extras, means, deviations, inputs()));
  }

  @Override
  public Sent sent() {
    ByteArrayOutputStream parameters = new ByteArrayOutputStream();
    try {
      Nd4j.write(network.params(), new DataOutputStream(parameters));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it is written to memory
    }
    return new Form(
        network.getLayerWiseConfigurations().toJson(), parameters.toByteArray(), extras);
  }

  @Override
  public OnnxNetwork onnx() {
    try {
      FusedNetwork fused =
          FusedReader.read(network.getLayerWiseConfigurations(), FusedModel.WORLD).network();
      return OnnxModel.network(
          fused.blueprint().architecture(),
          fused.state(ArrayValues.floats(network.params())),
          extras);
    } catch (NotFusedException e) {
      throw new ModelException(
          "the network cannot be written as ONNX, which is done for networks of the fused engine: "
              + e.getMessage(),
          e);
    }
  }

  private record Form(String configuration, byte[] parameters, ModelExtras extras) implements Sent {
    private static final long serialVersionUID = 1;

    @Override
    public LayerModel open() {
      Nd4jLibrary.require("compute a DL4J network");
      MultiLayerNetwork network =
          new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration));
      network.init(Nd4j.read(new DataInputStream(new ByteArrayInputStream(parameters))), false);
      return new LayerModel(network, extras);
    }
  }

  @Override
  public float[] predict(float[] features, int rows) {
    int inputs = Math.toIntExact(inputs());
    float[] normalized = Arrays.copyOf(features, Math.multiplyExact(rows, inputs));
    extras.normalizer().apply(normalized, rows, inputs);
    INDArray x = Nd4j.createUninitialized(DataType.FLOAT, rows, inputs);
    // ND4J's own conversion copies value by value, which takes as long as the network itself.
    x.data().asNioFloat().put(normalized);
    return network.output(x, false).dup('c').data().asFloat();
  }
}
