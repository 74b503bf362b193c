package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Recalibrate;
import io.syncnorm.data.RowFormat;
import io.syncnorm.files.Location;
import io.syncnorm.files.LocationException;
import io.syncnorm.files.Sha256;
import io.syncnorm.model.Dl4j;
import io.syncnorm.model.FileTraining;
import io.syncnorm.model.ModelException;
import io.syncnorm.model.OnnxModel;
import io.syncnorm.model.RunModel;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
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
    Function<Snapshot, RunModel> trained,
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
    Optional<Dl4j> dl4j = Dl4j.find();
    if (dl4j.isPresent() && configuration.get(Keys.LAYERS).isConfigured()) {
      requireStorable(dl4j.get(), architecture, configuration);
    }
    return new UntrainedModel(
        () -> Snapshot.fresh(configuration, inputs),
        TraineeMaker.CONFIGURED,
        configuration.isBatchNormalized(),
        steps -> recalibration(configuration, steps),
        parameters,
        trained -> model(dl4j, architecture, trained.state(), configuration),
        Map.of());
  }

  /** The network as DL4J's, or without DL4J as ONNX has it. */
  private static RunModel model(
      Optional<Dl4j> dl4j,
      Architecture architecture,
      NetworkState state,
      Configuration configuration) {
    return dl4j.isPresent()
        ? dl4j.get().model(architecture, state, configuration)
        : OnnxModel.of(architecture, state, Versions.syncNorm());
  }

  /** A list may have layers that DL4J has not; a perceptron has none, and starts without it. */
  private static void requireStorable(
      Dl4j dl4j, Architecture architecture, Configuration configuration) {
    try {
      dl4j.requireStorable(architecture, configuration);
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
   * @throws io.syncnorm.model.MissingLibraryException if this build has no DL4J
   * @throws ModelPlan.NotApplicableException if a setting does not apply to the engine that trains
   *     it
   */
  static UntrainedModel fromFile(String path, Configuration configuration, RowFormat format) {
    Path file = local(path);
    FileTraining training =
        Dl4j.require("train the network in model.dl4j = " + path)
            .training(file, configuration, format);
    ModelPlan.requireApplicable(training.onlySettings(), path);
    try {
      String hash = hash(file);
      return new UntrainedModel(
          training.start(),
          training.maker(),
          training.isBatchNormalized(),
          training.remark(),
          training.parameters(),
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
