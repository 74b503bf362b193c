package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.RowFormat;
import io.syncnorm.dl4j.fused.FusedNetwork;
import io.syncnorm.dl4j.fused.FusedReader;
import io.syncnorm.dl4j.fused.NotFusedException;
import io.syncnorm.model.EngineModel;
import io.syncnorm.model.FeatureNormalizer;
import io.syncnorm.model.ModelExtras;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.NetworkState;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * A DL4J network computed by the fused engine. It uses only DL4J's configuration classes, so it
 * does not need ND4J's native library.
 */
final class FusedModel extends EngineModel implements Dl4jModel {
  /** Any world above 1, so that every bias has its place among the parameters. */
  static final int WORLD = 2;

  private final MultiLayerConfiguration configuration;
  private final float[] flat;

  private FusedModel(
      MultiLayerConfiguration configuration,
      float[] flat,
      Architecture architecture,
      NetworkState state,
      ModelExtras extras) {
    super(architecture, state, extras);
    this.configuration = configuration;
    this.flat = flat;
  }

  static void requireStorable(Architecture architecture, Configuration run) {
    try {
      FusedReader.read(configuration(architecture, run), WORLD).network();
    } catch (NotFusedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  static FusedModel of(Architecture architecture, NetworkState state, Configuration run) {
    MultiLayerConfiguration configuration = configuration(architecture, run);
    // DL4J stores running statistics among the parameters.
    float[] flat = new float[state.parameters().length + state.statistics().length];
    return new FusedModel(
        configuration,
        FusedReader.read(configuration, WORLD).network().flat(state, flat),
        architecture,
        state,
        ModelExtras.NONE);
  }

  /**
   * Reads a model zip.
   *
   * @throws NotFusedException if the network needs DL4J's layers
   */
  static FusedModel read(Path zip) throws IOException {
    StoredNormalizer.requireNotOld(zip);
    byte[] json =
        ModelZip.required(zip, ModelSerializer.CONFIGURATION_JSON, InputStream::readAllBytes);
    MultiLayerConfiguration configuration =
        MultiLayerConfiguration.fromJson(new String(json, StandardCharsets.UTF_8));
    FusedNetwork fused = FusedReader.read(configuration, WORLD).network();
    Optional<byte[]> normalizer = ModelZip.entry(zip, ModelSerializer.NORMALIZER_BIN);
    return open(
        configuration,
        fused,
        ModelZip.required(
            zip,
            ModelSerializer.COEFFICIENTS_BIN,
            entry -> StoredRow.read(new DataInputStream(entry), fused.flatLength())),
        ZipExtras.read(
            zip,
            normalizer.isPresent()
                ? StoredNormalizer.withoutNd4j(normalizer.get())
                : FeatureNormalizer.NONE));
  }

  private static FusedModel open(
      MultiLayerConfiguration configuration, FusedNetwork fused, float[] flat, ModelExtras extras)
      throws IOException {
    if (flat.length != fused.flatLength()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "its parameters do not fit its configuration: expected %d, found %d",
              fused.flatLength(),
              flat.length));
    }
    ZipExtras.requireFit(extras, fused.blueprint().architecture().classes());
    return new FusedModel(
        configuration, flat, fused.blueprint().architecture(), fused.state(flat), extras);
  }

  @Override
  public void write(OutputStream out) throws IOException {
    ModelZip.write(out, configuration.toJson(), data -> StoredRow.write(flat, data), extras());
  }

  @Override
  protected void requireImages(RowFormat format, Path file) {
    NetworkImages.require(configuration, format.shape(), file);
  }

  @Override
  public FusedModel withClassNames(List<String> names) {
    return with(extras().withNames(names, classes()));
  }

  @Override
  public FusedModel withStandardization(float[] means, float[] deviations) {
    return with(ZipExtras.withStandardization(extras(), means, deviations, inputs()));
  }

  private FusedModel with(ModelExtras other) {
    return new FusedModel(configuration, flat, architecture(), state(), other);
  }

  @Override
  public Sent sent() {
    return new Form(configuration.toJson(), flat, extras());
  }

  private record Form(String configuration, float[] flat, ModelExtras extras) implements Sent {
    private static final long serialVersionUID = 1;

    @Override
    public FusedModel open() {
      Blas.instance().useOneThread(); // the tasks of an executor share its cores
      try {
        MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(configuration);
        return FusedModel.open(read, FusedReader.read(read, WORLD).network(), flat, extras);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // it was a model before it was sent
      }
    }
  }

  private static MultiLayerConfiguration configuration(
      Architecture architecture, Configuration run) {
    return configuration(
        architecture,
        ConfiguredUpdater.of(run),
        ConfiguredUpdater.regularization(run),
        weightInit(run.get(Keys.INITIALIZATION)),
        run.get(Keys.SEED));
  }

  /**
   * The initialization in DL4J's terms, for those who draw the weights again in DL4J. XAVIER, which
   * is DL4J's default, stands for both of Glorot's: it has their variance.
   */
  private static WeightInit weightInit(Keys.Initialization initialization) {
    return switch (initialization) {
      case GLOROT_UNIFORM, GLOROT_NORMAL -> WeightInit.XAVIER;
      case HE_UNIFORM -> WeightInit.RELU_UNIFORM;
      case HE_NORMAL -> WeightInit.RELU;
    };
  }

  /**
   * Builds the configuration that DL4J's own builder would. That builder also seeds ND4J's
   * generator, which loads the native library.
   */
  static MultiLayerConfiguration configuration(
      Architecture architecture,
      IUpdater updater,
      List<Regularization> regularization,
      WeightInit weightInit,
      long seed) {
    FusedLayers chain = new FusedLayers(architecture);
    List<NeuralNetConfiguration> confs = new ArrayList<>();
    for (Layer layer : chain.layers()) {
      layer.setLayerName("layer" + confs.size());
      NeuralNetConfiguration conf =
          new NeuralNetConfiguration.Builder()
              .updater(updater)
              .regularization(regularization)
              .weightInit(weightInit)
              .layer(layer)
              .build();
      conf.setSeed(seed);
      if (!(layer instanceof ActivationLayer)) { // as DL4J's init() does
        layer.initializer().paramKeys(layer).forEach(conf::addVariable);
      }
      confs.add(conf);
    }
    MultiLayerConfiguration configuration = new MultiLayerConfiguration();
    configuration.setConfs(confs);
    configuration.setInputPreProcessors(chain.preprocessors());
    configuration.setCacheMode(CacheMode.NONE);
    return configuration;
  }
}
