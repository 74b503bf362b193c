package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.NetworkSource;
import io.syncnorm.config.WorldSize;
import io.syncnorm.config.layer.LayerList;
import io.syncnorm.data.RowFormat;
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
    TooLargeException(Configuration configuration, int inputs, IllegalArgumentException cause) {
      super(
          String.format(
              Locale.ROOT,
              "%s is too large for inputs=%d: %s",
              network(configuration),
              inputs,
              cause.getMessage()),
          cause);
    }

    private static String network(Configuration configuration) {
      return configuration.get(Keys.LAYERS).isConfigured()
          ? "model.layers=" + configuration.write(Keys.LAYERS)
          : "model.hidden=" + configuration.write(Keys.HIDDEN);
    }
  }

  /** Thrown when a command or setting cannot be used with the configured network. */
  public static final class NotApplicableException extends RuntimeException {
    NotApplicableException(String message) {
      super(message);
    }
  }

  /**
   * Returns two plans: the network with and without batch normalization.
   *
   * @throws NotApplicableException if the network comes from a file, or has no normalization
   */
  public static List<ModelPlan> comparison(Configuration configuration) {
    if (configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile file) {
      throw new NotApplicableException(
          "compare trains one network with and without batch normalization, but that of model.dl4j = %s cannot be changed: use train, or set model.dl4j = none"
              .formatted(file.path()));
    }
    LayerList layers = configuration.get(Keys.LAYERS);
    if (layers.isConfigured() && !layers.isNormalized()) {
      throw new NotApplicableException(
          "compare trains one network with and without batch normalization, but model.layers has none: expected batch-norm in the list, found model.layers=%s; add it, or use train"
              .formatted(layers));
    }
    return List.of(
        of(configuration.with(Keys.BATCH_NORM_ENABLED, true)),
        of(configuration.with(Keys.BATCH_NORM_ENABLED, false)));
  }

  /**
   * Returns this plan with a fixed number of ranks, and what depends on the data.
   *
   * @param resolved configuration with the number of classes and the image that a row is
   */
  ModelPlan with(int ranks, Configuration resolved) {
    return new ModelPlan(
        name,
        configuration
            .with(Keys.WORLD, new WorldSize.Fixed(ranks))
            .with(Keys.CLASSES, resolved.classes())
            .with(Keys.IMAGE, resolved.get(Keys.IMAGE)));
  }

  /** Returns the plan of the configured network, or of the network in the configured file. */
  public static ModelPlan of(Configuration configuration) {
    if (configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile) {
      return new ModelPlan("dl4j", configuration);
    }
    return new ModelPlan(
        configuration.isBatchNormalized() ? "with-bn" : "without-bn", configuration);
  }

  /**
   * Creates the network.
   *
   * @param format of the rows that it takes as input
   * @throws TooLargeException if the network does not fit into one vector
   * @throws io.syncnorm.train.PlanException if rows and layers do not fit together
   * @throws io.syncnorm.model.ModelException if the file of the network cannot be used
   * @throws NotApplicableException if a setting does not apply to the engine that trains it
   */
  public UntrainedModel model(RowFormat format) {
    return configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile file
        ? UntrainedModel.fromFile(file.path(), configuration, format)
        : UntrainedModel.configured(configuration, format.rowLength());
  }

  /**
   * @param only settings that do not apply to a network from a file, each with its only value
   */
  static void requireApplicable(List<String> only, String path) {
    if (!only.isEmpty()) {
      throw new NotApplicableException(
          "the network from model.dl4j = %s trains in DL4J's layers (the log says why), which support only: %s"
              .formatted(path, String.join(", ", only)));
    }
  }
}
