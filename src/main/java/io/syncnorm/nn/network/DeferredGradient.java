package io.syncnorm.nn.network;

/**
 * The parameter gradient of a dense layer as a task. No other layer needs it, so it is computed
 * while the layer below waits for other ranks. An object and not a lambda, because a step allocates
 * nothing.
 */
final class DeferredGradient implements Runnable {
  private static final float[] NONE = {};

  private final Dense dense;
  private float[] x = NONE;
  private float[] dy = NONE;
  private int rows;
  private float[] gradient = NONE;

  DeferredGradient(Dense dense) {
    this.dense = dense;
  }

  /** Sets the arguments of {@link Dense#parameterGradient(float[], int, float[], int, float[])}. */
  DeferredGradient of(float[] inputs, float[] outputGradient, int count, float[] into) {
    x = inputs;
    dy = outputGradient;
    rows = count;
    gradient = into;
    return this;
  }

  @Override
  public void run() {
    if (rows > 0) {
      dense.parameterGradient(x, 0, dy, rows, gradient);
    }
  }
}
