package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.NetworkSource;
import io.syncnorm.config.WorldSize;
import io.syncnorm.data.RowFormat;
import io.syncnorm.dl4j.file.NetworkFile;
import java.util.List;
import java.util.Locale;

/**
 * A model to train in a run.
 *
 * @param name of the model in the outputs
 */
public record ModelPlan(String name, Configuration configuration) {

  /** Thrown when the configured network exceeds the maximum size, regardless of memory. */
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

  /** Thrown when a command or setting cannot be used with a network from a file. */
  public static final class NotWithFileException extends RuntimeException {
    NotWithFileException(String message) {
      super(message);
    }
  }

  /**
   * Returns two plans: the network with and without batch normalization.
   *
   * @throws NotWithFileException if the network comes from a file
   */
  public static List<ModelPlan> comparison(Configuration configuration) {
    if (configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile file) {
      throw new NotWithFileException(
          "compare trains one network with and without batch normalization, but that of model.dl4j = %s cannot be changed: use train, or set model.dl4j = none"
              .formatted(file.path()));
    }
    return List.of(
        of(configuration.with(Keys.BATCH_NORM_ENABLED, true)),
        of(configuration.with(Keys.BATCH_NORM_ENABLED, false)));
  }

  /** Returns this plan with a fixed number of ranks and of classes. */
  ModelPlan with(int ranks, int classes) {
    return new ModelPlan(
        name,
        configuration.with(Keys.WORLD, new WorldSize.Fixed(ranks)).with(Keys.CLASSES, classes));
  }

  /**
   * Returns the plan of the configured network, or of the network in the configured file.
   *
   * @throws NotWithFileException if a setting that does not apply to a network from a file is
   *     changed
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
   * Creates the network.
   *
   * @param format of the rows that it takes as input
   * @throws TooLargeException if the network does not fit into one vector
   * @throws io.syncnorm.dl4j.file.ModelException if the file of the network cannot be used
   */
  public UntrainedModel model(RowFormat format) {
    return configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile file
        ? UntrainedModel.fromFile(file.path(), configuration, format)
        : UntrainedModel.configured(configuration, format.rowLength());
  }

  private static void requireApplicable(Configuration configuration, NetworkSource.Dl4jFile file) {
    List<String> unknown = NetworkFile.onlySettings(configuration);
    if (!unknown.isEmpty()) {
      throw new NotWithFileException(
          "a network from model.dl4j = %s trains in DL4J's layers, which support only: %s"
              .formatted(file.path(), String.join(", ", unknown)));
    }
  }
}
