package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.NetworkState;

/**
 * The forward and backward pass of one layer over a batch. It holds buffers for the largest batch
 * and allocates nothing in a call. All rows are {@code [rows, size]} of the layer's {@link
 * Dimensions}, row-major, from index 0.
 *
 * <p>Call order within a step: {@link #forward} in training mode, then {@link #backward}. Without
 * rows both are called, too.
 */
interface LayerPass {
  /** What {@link #backward} returns if nothing is postponed. */
  Runnable NOTHING = () -> {};

  /** What {@link #backward} reads, so that the network knows which arrays may be overwritten. */
  enum Reads {
    /** Neither inputs nor outputs. */
    NEITHER,
    /** The inputs, as {@link #forward} left them. */
    INPUTS,
    /** The outputs. */
    OUTPUTS
  }

  Reads reads();

  /** Whether {@code y} may be {@code x}. */
  default boolean isInPlace() {
    return false;
  }

  /** Whether {@code dx} is {@code dy}. */
  default boolean isGradientInPlace() {
    return isInPlace();
  }

  /** Whether {@link #forward} in training overwrites its inputs by what {@link #backward} reads. */
  default boolean overwritesInputs() {
    return false;
  }

  /** Whether it exchanges sums with other ranks. */
  default boolean isExchanging() {
    return false;
  }

  /** Whether it has weights, whose gradient {@link #backward} postpones. */
  default boolean hasWeights() {
    return false;
  }

  /** Sets the seed of the next {@link #forward}'s random numbers. */
  default void seed(long seed) {}

  /**
   * @param x inputs
   * @param y outputs, written
   */
  void forward(Network.Mode mode, NetworkState state, float[] x, int rows, float[] y);

  /**
   * @param x inputs of the last {@link #forward}, or what it left there; only if {@link #reads}
   *     says so, otherwise any values
   * @param y outputs of the last {@link #forward}; only if {@link #reads} says so
   * @param dy gradient of the summed loss with respect to the outputs; may be overwritten
   * @param gradient flat gradient vector; this layer's part is written, now or by the result
   * @param dx receives the gradient with respect to the inputs; empty if nobody needs it
   * @param meanwhile run once, in this call: while ranks exchange sums, if the layer {@link
   *     #isExchanging}
   * @return what is left to do before {@code x} or {@code dy} change: the gradient of the weights
   */
  Runnable backward(
      float[] parameters,
      float[] x,
      float[] y,
      float[] dy,
      int rows,
      float[] gradient,
      float[] dx,
      Runnable meanwhile);
}
