package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Partition;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.data.shard.RowOrder;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Adam;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.Sgd;
import java.io.Serializable;

/**
 * The plan from which the fused engine builds a network and its optimizer.
 *
 * @param remedy what the user can do when the loss diverges
 */
public record Blueprint(
    Architecture architecture, Optimizer.Rule optimizer, Updates updates, String remedy)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The steps that an optimizer counts as updates. */
  public enum Updates {
    /** The updates that the rank makes. */
    OF_RANK,
    /** The steps of all ranks. */
    OF_WORLD
  }

  /**
   * The configured network.
   *
   * @param inputs values of a row
   */
  public static Blueprint of(Configuration configuration, int inputs) {
    return new Blueprint(
        architecture(configuration, inputs),
        rule(configuration),
        Updates.OF_RANK,
        "lower training.optimizer.learning-rate or enable batch normalization");
  }

  /**
   * @param inputs values of a row
   */
  public static Architecture architecture(Configuration configuration, int inputs) {
    return Architecture.uniform(
        inputs,
        configuration.get(Keys.HIDDEN),
        configuration.classes(),
        switch (configuration.get(Keys.ACTIVATION)) {
          case RELU -> Activation.RELU;
          case TANH -> Activation.TANH;
          case SIGMOID -> Activation.SIGMOID;
        },
        configuration.get(Keys.BATCH_NORM_ENABLED)
            ? new Architecture.BatchNormalized(
                configuration.get(Keys.BATCH_NORM_MOMENTUM),
                configuration.get(Keys.BATCH_NORM_EPSILON))
            : new Architecture.None());
  }

  /** The rule that deals training rows to the ranks. */
  public static Dealing dealing(Configuration configuration) {
    Partition partition = configuration.get(Keys.PARTITION);
    if (partition instanceof Partition.Dirichlet dirichlet) {
      return Dealing.dirichlet(dirichlet.alpha());
    }
    return partition instanceof Partition.ByLabel ? Dealing.BY_LABEL : Dealing.SHUFFLED;
  }

  /** The mini-batches that a rank trains on, in the configured order. */
  public static MiniBatches batches(Configuration configuration, Shard shard) {
    return new MiniBatches(
        shard.training(),
        configuration.get(Keys.BATCH_SIZE),
        configuration.get(Keys.SHUFFLE) == Keys.Shuffle.EPOCH
            ? RowOrder.RESHUFFLED_EACH_EPOCH
            : RowOrder.FIXED,
        configuration.get(Keys.SEED),
        shard.rank());
  }

  private static Optimizer.Rule rule(Configuration configuration) {
    double learningRate = configuration.get(Keys.LEARNING_RATE);
    return switch (configuration.get(Keys.OPTIMIZER_TYPE)) {
      case ADAM ->
          new Adam.Rule(
              learningRate,
              configuration.get(Keys.BETA1),
              configuration.get(Keys.BETA2),
              configuration.get(Keys.OPTIMIZER_EPSILON));
      case SGD -> new Sgd.Rule(learningRate);
    };
  }
}
