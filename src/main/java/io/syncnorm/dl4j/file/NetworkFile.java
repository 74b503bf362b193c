package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Seeds;
import io.syncnorm.dl4j.NetworkShape;
import io.syncnorm.dl4j.SyncBatchNorm;
import io.syncnorm.dl4j.fused.FusedNetwork;
import io.syncnorm.dl4j.fused.FusedReader;
import io.syncnorm.dl4j.fused.NotFusedException;
import io.syncnorm.dl4j.layer.ArrayValues;
import io.syncnorm.dl4j.layer.LayerTrainee;
import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.dl4j.layer.Settling;
import io.syncnorm.dl4j.layer.Synchronizable;
import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.keras.KerasModel;
import io.syncnorm.model.FeatureNormalizer;
import io.syncnorm.model.FileContent;
import io.syncnorm.model.FileTraining;
import io.syncnorm.model.ModelException;
import io.syncnorm.model.ModelExtras;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A DL4J network with its updater, read from a file. A configuration starts with parameters drawn
 * from the run's seed; a model continues training from its own parameters.
 */
public final class NetworkFile {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkFile.class);

  private static final String EXPECTED =
      "expected a MultiLayerConfiguration as JSON, a MultiLayerNetwork zip or a Keras Sequential model (.keras or .h5); correct model.dl4j";

  private final Path path;
  private final TrainableNetwork.Chain chain;
  private FeatureNormalizer normalizer;

  private NetworkFile(Path path, TrainableNetwork.Chain chain, FeatureNormalizer normalizer) {
    this.path = path;
    this.chain = chain;
    this.normalizer = normalizer;
  }

  /**
   * Reads a {@code MultiLayerConfiguration} as JSON, a {@code MultiLayerNetwork} zip, or a Keras
   * Sequential model. The file's content decides which of them it is.
   *
   * @param seed seed of the parameters, if the file is a configuration
   * @throws ModelException if the file is missing, truncated, of another kind, or its network
   *     cannot be synchronized
   * @throws io.syncnorm.model.MissingLibraryException if ND4J's native library cannot be loaded
   */
  public static NetworkFile read(Path path, long seed) {
    if (!Files.exists(path)) {
      throw new ModelException("no network at %s: %s".formatted(path, EXPECTED));
    }
    Nd4jLibrary.require("train the network in " + path);
    try {
      FileContent content = FileContent.of(path);
      FeatureNormalizer normalizer =
          content.kind() == FileContent.Kind.NETWORK_ZIP
              ? StoredNormalizer.of(path)
              : FeatureNormalizer.NONE;
      MultiLayerNetwork network = network(path, content, seed);
      useOneHotLabels(network);
      TrainableNetwork.Chain chain = new TrainableNetwork.Chain(network);
      Synchronizable.require(chain);
      NetworkShape.of(chain);
      return new NetworkFile(path, chain, normalizer);
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          "cannot train the network in %s: %s".formatted(path, ModelException.summary(e)), e);
    }
  }

  private static MultiLayerNetwork network(Path path, FileContent content, long seed)
      throws IOException {
    return switch (content.kind()) {
      case KERAS_ARCHIVE -> KerasNetwork.of(KerasModel.readArchive(path), path, seed);
      case HDF5 -> KerasImport.readHdf5(path, seed);
      case NETWORK_ZIP -> MultiLayerNetwork.load(path.toFile(), true);
      case NETWORK_JSON -> fresh(Files.readString(path), seed);
      case ONNX, OTHER ->
          throw new IOException("it is %s; %s".formatted(content.description(), EXPECTED));
    };
  }

  private static MultiLayerNetwork fresh(String json, long seed) {
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(json);
    configuration.getConfs().forEach(conf -> conf.setSeed(Seeds.mix(seed)));
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  /**
   * Replaces losses of class indices with losses of one-hot labels, the form of labels in training.
   */
  private static void useOneHotLabels(MultiLayerNetwork network) {
    for (NeuralNetConfiguration conf : network.getLayerWiseConfigurations().getConfs()) {
      if (conf.getLayer() instanceof BaseOutputLayer output
          && output.getLossFn() instanceof LossSparseMCXENT sparse) {
        output.setLossFn(oneHot(sparse));
      } else if (conf.getLayer() instanceof LossLayer loss
          && loss.getLossFn() instanceof LossSparseMCXENT sparse) {
        loss.setLossFn(oneHot(sparse));
      }
    }
  }

  private static LossMCXENT oneHot(LossSparseMCXENT sparse) {
    return new LossMCXENT(sparse.getSoftmaxClipEps(), sparse.getWeights());
  }

  /**
   * Rejects data that does not fit the network.
   *
   * @param inputs values of a row
   * @throws ModelException if the network does not return one probability per class for a row
   */
  public void requireFits(int inputs, int classes) {
    long[] found;
    try {
      found = chain.network().output(Nd4j.zeros(1, inputs)).shape();
    } catch (RuntimeException e) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "the network in %s does not accept rows of %d values: %s",
              path,
              inputs,
              e.getMessage()),
          e);
    }
    if (!Arrays.equals(found, new long[] {1, classes})) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "the network in %s does not fit data.classes: expected output shape=[1, %d], found shape=%s",
              path,
              classes,
              Arrays.toString(found)));
    }
    normalizer.requireFits(inputs);
    requireLoss(inputs, classes);
  }

  /** Computes the loss once, as training does. */
  private void requireLoss(int inputs, int classes) {
    if (!(chain.network().getOutputLayer() instanceof IOutputLayer)) {
      throw new ModelException(
          "the network in %s has no loss: expected an output layer or a loss layer at its end"
              .formatted(path));
    }
    INDArray label = Nd4j.zeros(1, classes);
    label.putScalar(0, 0, 1);
    try {
      chain.network().score(new DataSet(Nd4j.zeros(1, inputs), label), false);
    } catch (RuntimeException e) {
      throw new ModelException(
          "the loss of the network in %s does not accept one-hot labels: %s"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  /**
   * Prepares to train on rows of a format. A network that takes images in arrays of four
   * dimensions, as imported from Keras, takes them as flat rows from then on.
   *
   * @throws ModelException if the rows' dimensions are in another order than the network's
   */
  public void prepare(RowFormat format) {
    NetworkImages.takeFlatRows(configuration(), format.shape());
    NetworkImages.require(configuration(), format.shape(), path);
    normalizer = normalizer.of(format);
  }

  public boolean isBatchNormalized() {
    return configuration().getConfs().stream()
        .anyMatch(conf -> conf.getLayer() instanceof BatchNormalization);
  }

  /** Returns the number of parameters, including running statistics, as DL4J counts them. */
  public long parameters() {
    return chain.network().numParams();
  }

  /**
   * Returns the training with the configured engine; the log names it.
   *
   * @throws ModelException if that engine cannot train the network
   */
  public FileTraining training(Configuration configuration) {
    Keys.Engine engine = configuration.get(Keys.ENGINE);
    if (engine == Keys.Engine.DL4J) {
      return inLayers(configuration);
    }
    try {
      FileTraining training = fused(configuration);
      LOG.info("the network in {} trains in the fused engine", path);
      return training;
    } catch (NotFusedException e) {
      if (engine == Keys.Engine.FUSED) {
        throw new ModelException(
            "the fused engine cannot train the network in %s: %s; set model.engine = auto"
                .formatted(path, e.getMessage()));
      }
      LOG.info(
          "the network in {} trains in DL4J's layers; the fused engine cannot train it: {}",
          path,
          e.getMessage());
      return inLayers(configuration);
    }
  }

  private FileTraining inLayers(Configuration configuration) {
    return new FileTraining(
        () -> start(configuration),
        maker(),
        this::model,
        this::remark,
        LayerTrainee.onlySettings(configuration),
        isBatchNormalized(),
        parameters());
  }

  private FileTraining fused(Configuration configuration) {
    if (!normalizer.isNone()) {
      throw new NotFusedException("the file has a normalizer, which only DL4J's layers apply");
    }
    MultiLayerConfiguration network = configuration().clone();
    network.setEpochCount(0); // learning rate schedules count the run's epochs
    int world = configuration.get(Keys.WORLD) instanceof WorldSize.Fixed fixed ? fixed.ranks() : 2;
    FusedNetwork fused =
        FusedReader.read(network, FusedReader.ranksBesideNormalization(configuration, world))
            .network();
    float[] before = ArrayValues.floats(chain.network().params());
    float[] velocity = Snapshot.freshVelocity(configuration, fused.places().length);
    return new FileTraining(
        () -> fused.snapshot(chain, velocity),
        new FusedMaker(fused.blueprint()),
        trained -> modelOf(fused.flat(trained.state(), before)),
        steps -> recalibrated(configuration, steps),
        List.of(),
        isBatchNormalized(),
        parameters());
  }

  /** The fused engine need not only warn of statistics that depend on their initial values. */
  private Optional<String> recalibrated(Configuration configuration, long steps) {
    Optional<String> warning = remark(steps);
    if (configuration.get(Keys.RECALIBRATE).rows() == 0) {
      return warning;
    }
    return warning.map(
        any ->
            String.format(
                Locale.ROOT,
                "%d steps are too few for the network's running statistics, so they are recomputed from training rows after each epoch (model.batch-norm.recalibrate = %s)",
                steps,
                configuration.write(Keys.RECALIBRATE)));
  }

  private Optional<String> remark(long steps) {
    return Settling.remark(chain, Math.addExact(steps, chain.iterationCount()));
  }

  /** Returns the network before its first epoch in DL4J's layers. */
  public Snapshot start(Configuration configuration) {
    return chain.snapshot(Snapshot.freshVelocity(configuration, Math.toIntExact(parameters())));
  }

  /** Creates trainees with DL4J's layers. */
  public TraineeMaker maker() {
    return new LayerMaker(NetworkShape.of(chain), normalizer);
  }

  /** Returns a plain DL4J network with parameters trained in DL4J's layers. */
  public Dl4jModel model(Snapshot trained) {
    return modelOf(trained.parameters());
  }

  private Dl4jModel modelOf(float[] flat) {
    MultiLayerNetwork copy = new MultiLayerNetwork(SyncBatchNorm.revert(configuration()));
    copy.init(ArrayValues.row(flat), true);
    return new LayerModel(copy, ModelExtras.NONE.withNormalizer(normalizer));
  }

  private MultiLayerConfiguration configuration() {
    return chain.network().getLayerWiseConfigurations();
  }
}
