package io.syncnorm.dl4j.fused;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Layer;
import java.util.Locale;
import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Translates DL4J's activations for the fused engine. */
final class FusedActivations {
  private FusedActivations() {}

  /**
   * Returns the activation of a layer; empty for the identity.
   *
   * @throws NotFusedException if the fused engine has no such activation
   */
  static Optional<Layer.Activated> of(IActivation function, int layer) {
    if (function instanceof ActivationIdentity) {
      return Optional.empty();
    }
    if (function instanceof ActivationReLU relu && relu.equals(new ActivationReLU())) {
      return Optional.of(new Layer.Activated(Activation.RELU));
    }
    if (function instanceof ActivationTanH) {
      return Optional.of(new Layer.Activated(Activation.TANH));
    }
    if (function instanceof ActivationSigmoid) {
      return Optional.of(new Layer.Activated(Activation.SIGMOID));
    }
    if (function instanceof ActivationLReLU leaky && leaky.getAlpha() >= 0) {
      return Optional.of(new Layer.Activated(Activation.LEAKY_RELU, leaky.getAlpha()));
    }
    // With another alpha than 1 DL4J's own layers take the derivative of alpha 1: here it is right.
    if (function instanceof ActivationELU elu && elu.getAlpha() >= 0) {
      return Optional.of(new Layer.Activated(Activation.ELU, elu.getAlpha()));
    }
    throw new NotFusedException(
        String.format(
            Locale.ROOT,
            "layer %d has activation %s; the fused engine supports identity, relu, leaky relu, elu,"
                + " tanh and sigmoid",
            layer,
            function));
  }
}
