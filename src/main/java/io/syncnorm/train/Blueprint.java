package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.OptimizerSettings;
import io.syncnorm.config.Partition;
import io.syncnorm.data.Dealing;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Adam;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.Sgd;
import java.io.Serializable;

/** What the fused engine needs to know to build a network and its optimizer. */
public record Blueprint(Architecture architecture, Optimizer.Rule optimizer, Origin origin)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Whose network it is. */
  public enum Origin {
    /** That of the configuration. Its optimizer counts the updates that the rank makes. */
    CONFIGURATION("lower training.optimizer.learning-rate or switch batch normalization on"),
    /** One of DL4J's, which counts the steps of all ranks. */
    DL4J("lower the learning rate of the network's updater, or normalize more of its layers");

    private final String remedy;

    Origin(String remedy) {
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
        architecture(configuration, inputs),
        rule(configuration.training().optimizer()),
        Origin.CONFIGURATION);
  }

  /**
   * @param inputs values of a row
   */
  public static Architecture architecture(Configuration configuration, int inputs) {
    var model = configuration.model();
    var batchNorm = model.batchNorm();
    return Architecture.uniform(
        inputs,
        model.hidden(),
        configuration.data().classes(),
        switch (model.activation()) {
          case RELU -> Activation.RELU;
          case TANH -> Activation.TANH;
          case SIGMOID -> Activation.SIGMOID;
        },
        batchNorm.enabled()
            ? new Architecture.BatchNormalized(batchNorm.momentum(), batchNorm.epsilon())
            : new Architecture.None());
  }

  /** How training rows are dealt to the ranks. */
  public static Dealing dealing(Configuration configuration) {
    Partition partition = configuration.data().partition();
    if (partition instanceof Partition.Dirichlet dirichlet) {
      return new Dealing.Dirichlet(dirichlet.alpha());
    }
    return partition instanceof Partition.ByLabel ? new Dealing.ByLabel() : new Dealing.Shuffled();
  }

  private static Optimizer.Rule rule(OptimizerSettings settings) {
    return switch (settings.type()) {
      case ADAM ->
          new Adam.Rule(
              settings.learningRate(), settings.beta1(), settings.beta2(), settings.epsilon());
      case SGD -> new Sgd.Rule(settings.learningRate());
    };
  }
}
