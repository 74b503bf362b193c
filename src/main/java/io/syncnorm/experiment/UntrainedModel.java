package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Recalibrate;
import io.syncnorm.data.RowFormat;
import io.syncnorm.dl4j.file.Dl4jModel;
import io.syncnorm.dl4j.file.FileTraining;
import io.syncnorm.dl4j.file.ModelException;
import io.syncnorm.dl4j.file.NetworkFile;
import io.syncnorm.files.Location;
import io.syncnorm.files.LocationException;
import io.syncnorm.files.Sha256;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * The network of a plan before training, of any kind.
 *
 * @param start creates the snapshot before the first epoch
 * @param maker creates the trainee of each rank
 * @param remark returns a remark for the user on a training of a given number of steps
 * @param parameters number of parameters
 * @param trained creates the final network from a snapshot, with the arithmetic of training
 * @param files SHA-256 of each file that the network comes from, by path
 */
public record UntrainedModel(
    Supplier<Snapshot> start,
    TraineeMaker maker,
    boolean isBatchNormalized,
    LongFunction<Optional<String>> remark,
    long parameters,
    Function<Snapshot, Dl4jModel> trained,
    Map<String, String> files) {

  /**
   * Returns the network that the configuration describes.
   *
   * @param inputs pixels of an image
   * @throws ModelPlan.TooLargeException if the network does not fit into one vector
   * @throws io.syncnorm.train.PlanException if rows and layers do not fit together
   */
  static UntrainedModel configured(Configuration configuration, int inputs) {
    Architecture architecture = Blueprint.architecture(configuration, inputs);
    int parameters;
    try {
      parameters = ParameterLayout.of(architecture).parameterCount();
    } catch (IllegalArgumentException e) {
      throw new ModelPlan.TooLargeException(configuration, inputs, e);
    }
    if (configuration.get(Keys.LAYERS).isConfigured()) {
      requireStorable(architecture, configuration);
    }
    return new UntrainedModel(
        () -> Snapshot.fresh(configuration, inputs),
        TraineeMaker.CONFIGURED,
        configuration.isBatchNormalized(),
        steps -> recalibration(configuration, steps),
        parameters,
        trained -> Dl4jModel.of(architecture, trained.state(), configuration),
        Map.of());
  }

  /** A list may have layers that DL4J has not; a perceptron has none, and starts without it. */
  private static void requireStorable(Architecture architecture, Configuration configuration) {
    try {
      Dl4jModel.requireStorable(architecture, configuration);
    } catch (IllegalArgumentException e) {
      throw new ModelPlan.NotApplicableException(
          "the network of model.layers cannot be stored as model.zip, which is a DL4J network: "
              + e.getMessage());
    }
  }

  private static Optional<String> recalibration(Configuration configuration, long steps) {
    return configuration.get(Keys.RECALIBRATE) instanceof Recalibrate.Auto
            && configuration.isRecalibratedAfter(steps)
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%d steps%s are too few for model.batch-norm.momentum = %s, so running statistics"
                    + " are recomputed from training images after each epoch"
                    + " (model.batch-norm.recalibrate = auto)",
                steps,
                configuration.get(Keys.EARLY_STOPPING) > 0 ? " at most" : "",
                configuration.batchNormMomentum()))
        : Optional.empty();
  }

  /**
   * Reads a network from a DL4J file.
   *
   * @param format of the rows that it takes as input
   * @throws ModelException if the file cannot be used
   * @throws ModelPlan.NotApplicableException if a setting does not apply to the engine that trains
   *     it
   */
  static UntrainedModel fromFile(String path, Configuration configuration, RowFormat format) {
    Path file = local(path);
    NetworkFile network = NetworkFile.read(file, configuration.get(Keys.SEED));
    network.prepare(format);
    network.requireFits(format.rowLength(), configuration.classes());
    FileTraining training = network.training(configuration);
    ModelPlan.requireApplicable(training.onlySettings(), path);
    try {
      String hash = hash(file);
      return new UntrainedModel(
          training.start(),
          training.maker(),
          network.isBatchNormalized(),
          training.remark(),
          network.parameters(),
          training.trained(),
          Map.of(file.toString(), hash));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read model.dl4j = " + path, e);
    }
  }

  private static String hash(Path file) throws IOException {
    MessageDigest sha256 = Sha256.start();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static Path local(String path) {
    try {
      return Location.local(path, "file");
    } catch (LocationException e) {
      throw new ModelException("model.dl4j cannot be used: " + e.getMessage());
    }
  }
}
