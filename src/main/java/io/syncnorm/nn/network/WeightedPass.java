package io.syncnorm.nn.network;

import io.syncnorm.nn.NetworkState;

/**
 * A layer with weights. No other layer needs the gradient of its parameters, so {@link #backward}
 * returns it as a task, to be done while the layer below waits for other ranks.
 */
abstract sealed class WeightedPass implements InputPass permits Dense, Convolution {
  static final float[] NONE = {};

  private final Postponed postponed = new Postponed();

  /**
   * @param x the inputs, from index {@code xAt} on
   * @param y outputs, written
   */
  abstract void forward(float[] parameters, float[] x, int xAt, int rows, float[] y);

  /**
   * Writes the gradient of the parameters.
   *
   * @param x the inputs of the last pass forward, from index {@code xAt} on
   * @param rows at least 1
   */
  abstract void parameterGradient(float[] x, int xAt, float[] dy, int rows, float[] gradient);

  /**
   * Writes dx.
   *
   * @param rows at least 1
   */
  abstract void inputGradient(float[] parameters, float[] dy, int rows, float[] dx);

  @Override
  public final Reads reads() {
    return Reads.INPUTS;
  }

  @Override
  public final boolean hasWeights() {
    return true;
  }

  @Override
  public final void forward(Network.Mode mode, NetworkState state, float[] x, int rows, float[] y) {
    forward(state.parameters(), x, 0, rows, y);
  }

  @Override
  public final Runnable backward(
      float[] parameters,
      float[] x,
      float[] y,
      float[] dy,
      int rows,
      float[] gradient,
      float[] dx,
      Runnable meanwhile) {
    meanwhile.run();
    if (rows > 0 && dx.length > 0) {
      inputGradient(parameters, dy, rows, dx);
    }
    postponed.x = x;
    postponed.dy = dy;
    postponed.rows = rows;
    postponed.gradient = gradient;
    return postponed;
  }

  /** The gradient of the parameters. An object and not a lambda: a step allocates nothing. */
  private final class Postponed implements Runnable {
    private float[] x = NONE;
    private float[] dy = NONE;
    private int rows;
    private float[] gradient = NONE;

    @Override
    public void run() {
      if (rows > 0) {
        parameterGradient(x, 0, dy, rows, gradient);
      }
    }
  }
}
