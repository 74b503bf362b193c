package io.syncnorm.dl4j;

import org.deeplearning4j.nn.api.Model;

/** Reads the parameters of a network. */
final class Parameters {
  private Parameters() {}

  static float[] of(Model network) {
    return network.params().dup().data().asFloat();
  }
}
