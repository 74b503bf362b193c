package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.train.Blueprint;
import java.util.List;

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
          "model.hidden=%s is too large for inputs=%d: %s"
              .formatted(hidden, inputs, cause.getMessage()),
          cause);
    }
  }

  /** The same network with and without batch normalization. */
  public static List<ModelPlan> comparison(Configuration configuration) {
    return List.of(of(configuration.withBatchNorm(true)), of(configuration.withBatchNorm(false)));
  }

  /** The same plan with a fixed number of ranks. */
  ModelPlan withWorld(int ranks) {
    return new ModelPlan(name, configuration.withWorld(ranks));
  }

  /** The network as configured. */
  public static ModelPlan of(Configuration configuration) {
    boolean batchNorm = configuration.model().batchNorm().enabled();
    return new ModelPlan(batchNorm ? "with-bn" : "without-bn", configuration);
  }

  /**
   * The network.
   *
   * @param inputs pixels of an image
   * @throws TooLargeException if its parameters do not fit into one vector
   */
  public Architecture architecture(int inputs) {
    Architecture architecture = Blueprint.architecture(configuration, inputs);
    try {
      ParameterLayout.of(architecture);
    } catch (IllegalArgumentException e) {
      throw new TooLargeException(configuration.model().hidden(), inputs, e);
    }
    return architecture;
  }
}
