package io.syncnorm.dl4j;

import io.syncnorm.data.Seeds;
import io.syncnorm.spark.EpochTrainer;
import io.syncnorm.train.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A DL4J network from a file, with its optimizer: a configuration, which training begins with fresh
 * parameters drawn from the run's seed, or a model, which it goes on with.
 */
public final class NetworkFile {
  /** What reading Keras' files needs and the job jar has not, in the version of DL4J's importer. */
  private static final String HDF5 = "org.bytedeco:hdf5:1.12.1-1.5.7";

  private static final String EXPECTED =
      "expected a MultiLayerConfiguration as JSON, a MultiLayerNetwork zip or a Keras Sequential model as HDF5 (.h5); correct model.dl4j";

  private final Path path;
  private final MultiLayerNetwork network;

  private NetworkFile(Path path, MultiLayerNetwork network) {
    this.path = path;
    this.network = network;
  }

  /**
   * Reads a {@code MultiLayerConfiguration} as JSON, a {@code MultiLayerNetwork} zip, or a Keras
   * Sequential model as HDF5; which of them a file is, its content tells.
   *
   * @param seed what the parameters of a mere configuration are drawn from
   * @throws ModelException if it is missing, torn, something else, or cannot be synchronized
   * @throws MissingLibraryException if DL4J's layers cannot compute here
   */
  public static NetworkFile read(Path path, long seed) {
    if (!Files.exists(path)) {
      throw new ModelException("no network at %s: %s".formatted(path, EXPECTED));
    }
    Nd4jLibrary.require("train the network in " + path);
    try {
      MultiLayerNetwork network = network(path, seed);
      TrainableNetwork.Chain chain = new TrainableNetwork.Chain(network);
      Synchronizable.require(chain);
      NetworkVectors.requireReportable(chain);
      NetworkStart.of(chain);
      return new NetworkFile(path, network);
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          "cannot train the network in %s: %s".formatted(path, ModelException.words(e)), e);
    }
  }

  private static MultiLayerNetwork network(Path path, long seed) throws IOException {
    FileContent content = FileContent.of(path);
    return switch (content.kind()) {
      case HDF5 -> keras(path);
      case NETWORK_ZIP -> MultiLayerNetwork.load(path.toFile(), true);
      case NETWORK_JSON -> fresh(Files.readString(path), seed);
      case OTHER -> throw new IOException("it is %s; %s".formatted(content.words(), EXPECTED));
    };
  }

  private static MultiLayerNetwork fresh(String json, long seed) {
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(json);
    configuration.getConfs().forEach(conf -> conf.setSeed(Seeds.mix(seed)));
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  private static MultiLayerNetwork keras(Path path) throws IOException {
    try {
      return KerasModelImport.importKerasSequentialModelAndWeights(path.toString());
    } catch (NoClassDefFoundError | UnsatisfiedLinkError | ExceptionInInitializerError e) {
      throw new ModelException(
          "cannot read %s: Keras' files need a library that is not on the class path: add %s, and the same with the classifier of your platform, such as linux-x86_64 (--packages or --jars of spark-submit)"
              .formatted(path, HDF5),
          e);
    } catch (Exception e) {
      throw new IOException("it is no Keras Sequential model: " + ModelException.words(e), e);
    }
  }

  /**
   * Refuses data that it does not take.
   *
   * @param inputs values of a row
   * @throws ModelException if it gives anything but one probability per class for a row
   */
  public void requireFits(int inputs, int classes) {
    long[] found;
    try {
      found = network.output(Nd4j.zeros(1, inputs)).shape();
    } catch (RuntimeException e) {
      throw new ModelException(
          "the network in %s does not take rows of %d values: %s"
              .formatted(path, inputs, e.getMessage()),
          e);
    }
    if (!Arrays.equals(found, new long[] {1, classes})) {
      throw new ModelException(
          "the network in %s does not fit data.classes: expected an output of [1, %d], found %s"
              .formatted(path, classes, Arrays.toString(found)));
    }
  }

  public boolean isBatchNormalized() {
    return network.getLayerWiseConfigurations().getConfs().stream()
        .anyMatch(conf -> conf.getLayer() instanceof BatchNormalization);
  }

  /** What its user should know of a training of so many steps. */
  public Optional<String> remark(long steps) {
    return Settling.remark(
        network.getLayerWiseConfigurations(), Math.addExact(steps, network.getIterationCount()));
  }

  /** Number of its parameters, running statistics included, as DL4J counts. */
  public long parameters() {
    return network.numParams();
  }

  /** The network before its first epoch. */
  public Snapshot start() {
    return NetworkSnapshot.of(0, new TrainableNetwork.Chain(network));
  }

  public EpochTrainer trainer() {
    return new NetworkTrainer(network.getLayerWiseConfigurations());
  }

  /** A plain DL4J network with what was learned. */
  public Dl4jModel model(Snapshot trained) {
    MultiLayerNetwork copy =
        new MultiLayerNetwork(SyncBatchNorm.revert(network.getLayerWiseConfigurations()));
    INDArray parameters = Nd4j.createFromArray(trained.parameters());
    copy.init(parameters.reshape(1, trained.parameters().length), true);
    return new LayerModel(copy);
  }
}
