package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import java.util.List;

/**
 * One model to train in a run.
 *
 * @param name what the outputs call it
 */
public record ModelPlan(String name, Configuration configuration) {

  /** The same network with and without batch normalization. */
  public static List<ModelPlan> comparison(Configuration configuration) {
    return List.of(of(configuration.withBatchNorm(true)), of(configuration.withBatchNorm(false)));
  }

  /** The network as configured. */
  public static ModelPlan of(Configuration configuration) {
    boolean batchNorm = configuration.model().batchNorm().enabled();
    return new ModelPlan(batchNorm ? "with-bn" : "without-bn", configuration);
  }
}
