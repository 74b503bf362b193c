package io.syncnorm.nn.network;

import io.syncnorm.nn.MiniBatch;

/** A layer that, as the first of a network, reads the rows of a mini-batch where they are. */
interface InputPass extends LayerPass {
  /**
   * @param y outputs, written
   */
  void forward(float[] parameters, MiniBatch x, float[] y);

  /**
   * Writes the gradient of the layer's parameters.
   *
   * @param x the rows that were passed to {@link #forward(float[], MiniBatch, float[])}, at least
   *     one
   * @param gradient if x is sparse, its part for the weights is zero
   */
  void parameterGradient(MiniBatch x, float[] dy, float[] gradient);
}
