package io.syncnorm.nn;

import java.util.Optional;

/** What stands between two dense layers: normalization and activation, in either order. */
final class HiddenLayer {
  private final Activation activation;
  private final Optional<BatchNorm> batchNorm;
  private final Architecture.Order order;
  private final int out;

  /** {@code [maxRows, out]} where the activation comes first: its outputs. Empty elsewhere. */
  private final float[] activated;

  /** {@code [maxRows, out]} where the activation comes first: xhat. Empty elsewhere. */
  private final float[] normalized;

  HiddenLayer(
      ParameterLayout.Layer layer,
      int index,
      Architecture.Hidden hidden,
      int maxRows,
      RankReduction reduction) {
    this.activation = hidden.activation();
    this.batchNorm =
        hidden.normalization() instanceof Architecture.BatchNormalized settings
            ? Optional.of(new BatchNorm(layer, index, settings, reduction))
            : Optional.empty();
    this.order = hidden.order();
    this.out = layer.out();
    this.activated = new float[isActivatedFirst() ? maxRows * out : 0];
    this.normalized = new float[activated.length];
  }

  /** Number of units. */
  int width() {
    return out;
  }

  /** Whether the outputs lie where the inputs were: without normalization nothing needs both. */
  boolean isInPlace() {
    return batchNorm.isEmpty();
  }

  /**
   * @param linear {@code [rows, out]}, what the dense layer gave; in training it may be changed,
   *     and {@link #backward} needs it as it then is
   * @param active {@code [rows, out]}, written; the same array where {@link #isInPlace}
   */
  void forward(Network.Mode mode, NetworkState state, float[] linear, int rows, float[] active) {
    if (batchNorm.isEmpty()) {
      activation.forward(active, rows * out);
    } else if (isActivatedFirst()) {
      System.arraycopy(linear, 0, activated, 0, rows * out);
      activation.forward(activated, rows * out);
      System.arraycopy(activated, 0, normalized, 0, rows * out);
      batchNorm.get().forward(mode, state, normalized, rows, active);
    } else {
      batchNorm.get().forward(mode, state, linear, rows, active);
      activation.forward(active, rows * out);
    }
  }

  /** Turns the gradient by the outputs into that by the inputs, in place. */
  void backward(
      float[] parameters, float[] linear, float[] active, float[] dy, int rows, float[] gradient) {
    if (batchNorm.isEmpty()) {
      activation.backward(active, dy, rows * out);
    } else if (isActivatedFirst()) {
      batchNorm.get().backward(parameters, normalized, dy, rows, gradient);
      activation.backward(activated, dy, rows * out);
    } else {
      activation.backward(active, dy, rows * out);
      batchNorm.get().backward(parameters, linear, dy, rows, gradient);
    }
  }

  private boolean isActivatedFirst() {
    return batchNorm.isPresent() && order == Architecture.Order.ACTIVATION_FIRST;
  }
}
