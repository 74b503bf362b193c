package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.NetworkSource;
import io.syncnorm.config.WorldSize;
import io.syncnorm.data.Images;
import io.syncnorm.dl4j.file.NetworkFile;
import java.util.List;
import java.util.Locale;

/**
 * One model to train in a run.
 *
 * @param name what the outputs call it
 */
public record ModelPlan(String name, Configuration configuration) {

  /** The configured network is larger than any that can be trained, whatever the memory. */
  public static final class TooLargeException extends RuntimeException {
    TooLargeException(List<Integer> hidden, int inputs, IllegalArgumentException cause) {
      super(
          String.format(
              Locale.ROOT,
              "model.hidden=%s is too large for inputs=%d: %s",
              hidden,
              inputs,
              cause.getMessage()),
          cause);
    }
  }

  /** What is asked for does not go with a network from a file. */
  public static final class NotWithFileException extends RuntimeException {
    NotWithFileException(String message) {
      super(message);
    }
  }

  /**
   * The same network with and without batch normalization.
   *
   * @throws NotWithFileException if it comes from a file
   */
  public static List<ModelPlan> comparison(Configuration configuration) {
    if (configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile file) {
      throw new NotWithFileException(
          "compare trains one network with and without batch normalization, and model.dl4j = %s is what it is: use train, or set model.dl4j = none"
              .formatted(file.path()));
    }
    return List.of(
        of(configuration.with(Keys.BATCH_NORM_ENABLED, true)),
        of(configuration.with(Keys.BATCH_NORM_ENABLED, false)));
  }

  /** The same plan with a fixed number of ranks. */
  ModelPlan withWorld(int ranks) {
    return new ModelPlan(name, configuration.with(Keys.WORLD, new WorldSize.Fixed(ranks)));
  }

  /**
   * The network as configured, or as it comes from its file.
   *
   * @throws NotWithFileException if a setting that such a network does not know is not at its
   *     default
   */
  public static ModelPlan of(Configuration configuration) {
    if (configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile file) {
      requireApplicable(configuration, file);
      return new ModelPlan("dl4j", configuration);
    }
    boolean batchNorm = configuration.get(Keys.BATCH_NORM_ENABLED);
    return new ModelPlan(batchNorm ? "with-bn" : "without-bn", configuration);
  }

  /**
   * The network.
   *
   * @param images what it is to take
   * @throws TooLargeException if it does not fit into one vector, or one report
   * @throws io.syncnorm.dl4j.file.ModelException if it comes from a file that cannot be used
   */
  public UntrainedModel model(Images images) {
    return configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile file
        ? UntrainedModel.fromFile(file.path(), configuration, images)
        : UntrainedModel.configured(configuration, images.rowLength());
  }

  private static void requireApplicable(Configuration configuration, NetworkSource.Dl4jFile file) {
    List<String> unknown = NetworkFile.onlySettings(configuration);
    if (!unknown.isEmpty()) {
      throw new NotWithFileException(
          "a network from model.dl4j = %s trains through DL4J's layers, for which there is only: %s"
              .formatted(file.path(), String.join(", ", unknown)));
    }
  }
}
