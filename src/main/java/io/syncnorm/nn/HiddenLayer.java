package io.syncnorm.nn;

import java.util.Optional;

/** Normalization and activation between two dense layers, in either order. */
final class HiddenLayer {
  private final Activation activation;
  private final Optional<BatchNorm> batchNorm;
  private final Architecture.Order order;
  private final int out;

  /**
   * The activation's outputs, {@code [maxRows, out]}, if the activation comes first; otherwise
   * empty.
   */
  private final float[] activated;

  /** The values xhat, {@code [maxRows, out]}, if the activation comes first; otherwise empty. */
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

  /**
   * Whether the outputs overwrite the inputs: without normalization the backward pass does not need
   * both.
   */
  boolean isInPlace() {
    return batchNorm.isEmpty();
  }

  /**
   * @param linear {@code [rows, out]}, the dense layer's outputs; may be overwritten in training,
   *     and {@link #backward} needs the overwritten values
   * @param active {@code [rows, out]}, written; the same array if {@link #isInPlace}
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

  /**
   * Replaces the gradient with respect to the outputs by that with respect to the inputs.
   *
   * @param meanwhile run once: while ranks exchange sums, if the layer is normalized
   */
  void backward(
      float[] parameters,
      float[] linear,
      float[] active,
      float[] dy,
      int rows,
      float[] gradient,
      Runnable meanwhile) {
    if (batchNorm.isEmpty()) {
      meanwhile.run();
      activation.backward(active, dy, rows * out);
    } else if (isActivatedFirst()) {
      batchNorm.get().backward(parameters, normalized, dy, rows, gradient, meanwhile);
      activation.backward(activated, dy, rows * out);
    } else {
      activation.backward(active, dy, rows * out);
      batchNorm.get().backward(parameters, linear, dy, rows, gradient, meanwhile);
    }
  }

  private boolean isActivatedFirst() {
    return batchNorm.isPresent() && order == Architecture.Order.ACTIVATION_FIRST;
  }
}
