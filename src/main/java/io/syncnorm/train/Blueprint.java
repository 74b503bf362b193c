package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.OptimizerSettings;
import io.syncnorm.config.OuterSettings;
import io.syncnorm.config.Partition;
import io.syncnorm.data.Dealing;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Adam;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.OuterOptimizer;
import io.syncnorm.nn.Sgd;

/** Translates the configuration's words into the mathematics' objects. */
public final class Blueprint {
  private Blueprint() {}

  /**
   * @param inputs pixels of an image
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

  static OuterOptimizer outerOptimizer(OuterSettings settings, int parameterCount) {
    OuterOptimizer.Rule rule =
        switch (settings.type()) {
          case NONE -> OuterOptimizer.Rule.NONE;
          case MOMENTUM -> OuterOptimizer.Rule.MOMENTUM;
          case NESTEROV -> OuterOptimizer.Rule.NESTEROV;
        };
    return new OuterOptimizer(rule, settings.learningRate(), settings.momentum(), parameterCount);
  }

  static Optimizer optimizer(OptimizerSettings settings, int parameterCount) {
    return switch (settings.type()) {
      case ADAM ->
          new Adam(
              parameterCount,
              settings.learningRate(),
              settings.beta1(),
              settings.beta2(),
              settings.epsilon());
      case SGD -> new Sgd(settings.learningRate());
    };
  }
}
