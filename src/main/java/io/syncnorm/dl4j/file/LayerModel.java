package io.syncnorm.dl4j.file;

import io.syncnorm.data.Images;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Any DL4J network, computed by DL4J's layers. */
final class LayerModel implements Dl4jModel {
  private final MultiLayerNetwork network;
  private FeatureNormalizer normalizer;

  /**
   * Creates a model.
   *
   * @param normalizer applied to features before the network
   */
  LayerModel(MultiLayerNetwork network, FeatureNormalizer normalizer) {
    this.network = network;
    this.normalizer = normalizer;
  }

  static LayerModel read(Path zip) throws IOException {
    FeatureNormalizer normalizer =
        FeatureNormalizer.of(
            zip); // rejects normalizers stored as Java objects before DL4J reads them
    return new LayerModel(MultiLayerNetwork.load(zip.toFile(), false), normalizer);
  }

  @Override
  public void write(OutputStream out) throws IOException {
    ModelZip.write(
        out,
        network.getLayerWiseConfigurations().toJson(),
        data -> Nd4j.write(network.params(), data),
        normalizer.stored());
  }

  @Override
  public long inputs() {
    if (network.getLayerWiseConfigurations().getInputPreProcess(0)
        instanceof FeedForwardToCnnPreProcessor image) {
      return image.getInputHeight() * image.getInputWidth() * image.getNumChannels();
    }
    return network.layerInputSize(0);
  }

  @Override
  public void prepare(Images images, Path file) {
    normalizer.requireFits(images.rowLength());
    ImageShape.require(network.getLayerWiseConfigurations(), images.shape(), file);
    normalizer = normalizer.of(images);
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
  public float[] predict(float[] features, int rows) {
    int inputs = Math.toIntExact(inputs());
    float[] normalized = Arrays.copyOf(features, Math.multiplyExact(rows, inputs));
    normalizer.apply(normalized, rows, inputs);
    INDArray x = Nd4j.createUninitialized(DataType.FLOAT, rows, inputs);
    // ND4J's own conversion copies value by value, which takes as long as the network itself.
    x.data().asNioFloat().put(normalized);
    return network.output(x, false).dup('c').data().asFloat();
  }
}
