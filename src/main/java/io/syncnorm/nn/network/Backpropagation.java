package io.syncnorm.nn.network;

/**
 * Carries the gradient of the loss from layer to layer, and postpones what no other layer needs,
 * the parameter gradients of dense layers and convolutions, until ranks exchange sums.
 *
 * <p>Three arrays are enough: the gradient that a layer reads, the one that it writes, and the one
 * that a postponed parameter gradient reads.
 */
final class Backpropagation {
  private static final float[] NONE = {};

  private final int length;
  private final float[][] arrays = new float[3][0];
  private final Runnable meanwhile = this::runPostponed;
  private float[] dy = NONE;
  private Runnable postponed = LayerPass.NOTHING;
  private float[] readByPostponed = NONE;

  /**
   * @param length of the longest gradient
   */
  Backpropagation(int length) {
    this.length = length;
  }

  /** Starts from the output layer; the caller writes the gradient of its outputs to the array. */
  float[] start() {
    dy = other(NONE);
    return dy;
  }

  /**
   * Passes one layer.
   *
   * @param isLowest whether the layers below need no gradient
   */
  void pass(Chain.Link link, float[] parameters, int rows, float[] gradient, boolean isLowest) {
    LayerPass pass = link.pass();
    if (pass.hasWeights()) {
      runPostponed();
    }
    float[] dx = pass.isGradientInPlace() ? dy : isLowest ? NONE : other(dy);
    Runnable left =
        pass.backward(
            parameters,
            link.xInTraining(),
            link.y(),
            dy,
            rows,
            gradient,
            dx,
            pass.isExchanging() ? meanwhile : LayerPass.NOTHING);
    if (left != LayerPass.NOTHING) {
      postponed = left;
      readByPostponed = dy;
    }
    dy = dx;
  }

  /**
   * Computes what was postponed and returns the gradient with respect to the last layer's inputs.
   */
  float[] end() {
    runPostponed();
    return dy;
  }

  private void runPostponed() {
    Runnable task = postponed;
    postponed = LayerPass.NOTHING;
    readByPostponed = NONE;
    task.run();
  }

  /** An array to write to while another one is read. They are allocated for the first gradient. */
  private float[] other(float[] read) {
    for (int i = 0; i < arrays.length; i++) {
      if (arrays[i].length < length) {
        arrays[i] = new float[length];
      }
      if (arrays[i] != read && arrays[i] != readByPostponed) {
        return arrays[i];
      }
    }
    throw new IllegalStateException("three arrays, and all are read");
  }
}
