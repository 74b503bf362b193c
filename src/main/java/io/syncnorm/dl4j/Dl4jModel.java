package io.syncnorm.dl4j;

import io.syncnorm.config.OptimizerSettings;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A DL4J network, to write, read and ask for predictions. */
public final class Dl4jModel {
  /** The first time that a zip can hold. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private static final String EXPECTED =
      "expected a DL4J MultiLayerNetwork zip, such as model.zip of a run";

  private final MultiLayerNetwork network;

  private Dl4jModel(MultiLayerNetwork network) {
    this.network = network;
    Blas.instance().useOneThread();
  }

  /**
   * The DL4J network that computes the same as the fused one.
   *
   * @param optimizer what DL4J trains with, should somebody go on from the model
   * @param seed what DL4J would draw numbers from; without one it takes the time of day
   */
  public static Dl4jModel of(
      Architecture architecture, NetworkState state, OptimizerSettings optimizer, long seed) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(configuration(architecture, updater(optimizer), seed));
    // In DL4J's order running statistics are parameters; given some, it draws no others.
    int length = state.parameters().length + state.statistics().length;
    network.init(Nd4j.create(1, length), false);
    int at = 0;
    List<ParameterLayout.Layer> layers = ParameterLayout.of(architecture).layers();
    for (ParameterLayout.Layer layer : layers) {
      float[] p = state.parameters();
      set(
          network,
          at,
          DefaultParamInitializer.WEIGHT_KEY,
          p,
          layer.weights(),
          layer.in(),
          layer.out());
      if (layer.normalized()) {
        float[] s = state.statistics();
        int out = layer.out();
        set(network, at + 1, BatchNormalizationParamInitializer.GAMMA, p, layer.gamma(), 1, out);
        set(network, at + 1, BatchNormalizationParamInitializer.BETA, p, layer.shift(), 1, out);
        set(
            network,
            at + 1,
            BatchNormalizationParamInitializer.GLOBAL_MEAN,
            s,
            layer.running(),
            1,
            out);
        set(
            network,
            at + 1,
            BatchNormalizationParamInitializer.GLOBAL_VAR,
            s,
            layer.running() + out,
            1,
            out);
        at += 3;
      } else {
        set(network, at, DefaultParamInitializer.BIAS_KEY, p, layer.shift(), 1, layer.out());
        at += 2;
      }
    }
    return new Dl4jModel(network);
  }

  /**
   * Reads a {@code MultiLayerNetwork} zip.
   *
   * @throws ModelException if it is missing, torn or something else
   */
  public static Dl4jModel read(Path zip) {
    if (!Files.exists(zip)) {
      throw new ModelException("no model at %s: %s".formatted(zip, EXPECTED));
    }
    try {
      requireZip(zip);
      return new Dl4jModel(MultiLayerNetwork.load(zip.toFile(), false));
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          "cannot read %s as a DL4J MultiLayerNetwork zip: %s"
              .formatted(zip, ModelException.words(e)),
          e);
    }
  }

  private static void requireZip(Path zip) throws IOException {
    FileContent content = FileContent.of(zip);
    if (Files.isDirectory(zip)) {
      throw new ModelException(
          "no model at %s: it is %s; %s".formatted(zip, content.words(), EXPECTED));
    }
    if (content.kind() != FileContent.Kind.NETWORK_ZIP) {
      boolean isForTraining = content.kind() != FileContent.Kind.OTHER;
      throw new IOException(
          "it is %s; %s%s"
              .formatted(
                  content.words(),
                  EXPECTED,
                  isForTraining ? "; train with model.dl4j takes this file and makes one" : ""));
    }
  }

  /**
   * Writes an ordinary DL4J zip, without updater state; the same bytes for the same model.
   *
   * @implNote DL4J's own writer puts the time of day in, and compresses: 13 ms for the weights of
   *     the main job's network, which get a tenth smaller by it.
   */
  public void write(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setLevel(Deflater.NO_COMPRESSION);
    zip.putNextEntry(entry(ModelSerializer.CONFIGURATION_JSON));
    zip.write(network.getLayerWiseConfigurations().toJson().getBytes(StandardCharsets.UTF_8));
    zip.putNextEntry(entry(ModelSerializer.COEFFICIENTS_BIN));
    DataOutputStream coefficients = new DataOutputStream(new BufferedOutputStream(zip));
    Nd4j.write(network.params(), coefficients);
    coefficients.flush();
    zip.finish();
  }

  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    return entry;
  }

  /** A DL4J network as it is. */
  static Dl4jModel of(MultiLayerNetwork network) {
    return new Dl4jModel(network);
  }

  /** Length of an input row, or what DL4J says it is. */
  public long inputs() {
    if (network.getLayerWiseConfigurations().getInputPreProcess(0)
        instanceof FeedForwardToCnnPreProcessor image) {
      return image.getInputHeight() * image.getInputWidth() * image.getNumChannels();
    }
    return network.layerInputSize(0);
  }

  /** Number of classes. */
  public int classes() {
    int last = network.getnLayers() - 1;
    while (last > 0 && network.layerSize(last) == 0) { // a loss alone, as Keras' models end with
      last--;
    }
    return network.layerSize(last);
  }

  /**
   * Predicts with running statistics.
   *
   * @param features {@code [rows, inputs]}, row-major
   * @return probabilities {@code [rows, classes]}, row-major
   */
  public float[] predict(float[] features, int rows) {
    long inputs = inputs();
    INDArray x = Nd4j.createUninitialized(DataType.FLOAT, rows, inputs);
    // ND4J's own way puts number after number, which takes as long as the network itself.
    x.data().asNioFloat().put(features, 0, Math.toIntExact(rows * inputs));
    return network.output(x, false).dup('c').data().asFloat();
  }

  private static MultiLayerConfiguration configuration(
      Architecture architecture, IUpdater updater, long seed) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(seed).updater(updater).list();
    List<ParameterLayout.Layer> layers = ParameterLayout.of(architecture).layers();
    for (ParameterLayout.Layer layer : layers.subList(0, layers.size() - 1)) {
      list.layer(
          new DenseLayer.Builder()
              .nIn(layer.in())
              .nOut(layer.out())
              .hasBias(!layer.normalized())
              .activation(Activation.IDENTITY)
              .build());
      if (architecture.normalization() instanceof Architecture.BatchNormalized batchNorm) {
        list.layer(
            new BatchNormalization.Builder()
                .nIn(layer.out())
                .nOut(layer.out())
                .decay(batchNorm.momentum())
                .eps(batchNorm.epsilon())
                .useLogStd(false)
                .build());
      }
      list.layer(new ActivationLayer.Builder().activation(activation(architecture)).build());
    }
    ParameterLayout.Layer output = layers.get(layers.size() - 1);
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(output.in())
            .nOut(output.out())
            .activation(Activation.SOFTMAX)
            .build());
    return list.build();
  }

  private static IUpdater updater(OptimizerSettings optimizer) {
    return switch (optimizer.type()) {
      case ADAM ->
          new Adam(
              optimizer.learningRate(), optimizer.beta1(), optimizer.beta2(), optimizer.epsilon());
      case SGD -> new Sgd(optimizer.learningRate());
    };
  }

  private static Activation activation(Architecture architecture) {
    return switch (architecture.activation()) {
      case IDENTITY -> Activation.IDENTITY;
      case RELU -> Activation.RELU;
      case TANH -> Activation.TANH;
      case SIGMOID -> Activation.SIGMOID;
    };
  }

  private static void set(
      MultiLayerNetwork network,
      int layer,
      String key,
      float[] values,
      int offset,
      int rows,
      int columns) {
    float[] part = Arrays.copyOfRange(values, offset, offset + rows * columns);
    network.setParam(layer + "_" + key, Nd4j.createFromArray(part).reshape('c', rows, columns));
  }
}
