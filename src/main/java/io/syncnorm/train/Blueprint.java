package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Partition;
import io.syncnorm.data.Dealing;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Adam;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.Sgd;
import java.io.Serializable;

/** What the fused engine needs to know to build a network and its optimizer. */
public record Blueprint(Architecture architecture, Optimizer.Rule optimizer, Provenance origin)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Whose network it is. */
  public enum Provenance {
    /** That of the configuration. Its optimizer counts the updates that the rank makes. */
    CONFIGURATION("lower training.optimizer.learning-rate or switch batch normalization on"),
    /** One of DL4J's, which counts the steps of all ranks. */
    DL4J("lower the learning rate of the network's updater, or normalize more of its layers");

    private final String remedy;

    Provenance(String remedy) {
      this.remedy = remedy;
    }

    /** What its user may do when its loss diverges. */
    public String remedy() {
      return remedy;
    }
  }

  /**
   * The configured network.
   *
   * @param inputs values of a row
   */
  public static Blueprint of(Configuration configuration, int inputs) {
    return new Blueprint(
        architecture(configuration, inputs), rule(configuration), Provenance.CONFIGURATION);
  }

  /**
   * @param inputs values of a row
   */
  public static Architecture architecture(Configuration configuration, int inputs) {
    return Architecture.uniform(
        inputs,
        configuration.get(Keys.HIDDEN),
        configuration.get(Keys.CLASSES),
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

  /** How training rows are dealt to the ranks. */
  public static Dealing dealing(Configuration configuration) {
    Partition partition = configuration.get(Keys.PARTITION);
    if (partition instanceof Partition.Dirichlet dirichlet) {
      return Dealing.dirichlet(dirichlet.alpha());
    }
    return partition instanceof Partition.ByLabel ? Dealing.BY_LABEL : Dealing.SHUFFLED;
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
