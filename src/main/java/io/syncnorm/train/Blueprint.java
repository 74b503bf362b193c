package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.OptimizerSettings;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Adam;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Optimizer;
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
    return new Architecture(
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
