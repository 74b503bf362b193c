package io.syncnorm.nn.network;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;

/** An elementwise activation as a layer, in place if the network allows it. */
final class ActivationPass implements LayerPass {
  private final Activation activation;
  private final float alpha;
  private final int size;

  /**
   * @param size values of a row
   */
  ActivationPass(Layer.Activated settings, int size) {
    this.activation = settings.activation();
    this.alpha = (float) settings.alpha();
    this.size = size;
  }

  @Override
  public Reads reads() {
    return activation == Activation.IDENTITY ? Reads.NEITHER : Reads.OUTPUTS;
  }

  @Override
  public boolean isInPlace() {
    return true;
  }

  @Override
  public void forward(Network.Mode mode, NetworkState state, float[] x, int rows, float[] y) {
    if (x != y) {
      System.arraycopy(x, 0, y, 0, rows * size);
    }
    activation.forward(y, rows * size, alpha);
  }

  @Override
  public Runnable backward(
      float[] parameters,
      float[] x,
      float[] y,
      float[] dy,
      int rows,
      float[] gradient,
      float[] dx,
      Runnable meanwhile) {
    meanwhile.run();
    if (dx.length > 0) {
      if (dx != dy) {
        System.arraycopy(dy, 0, dx, 0, rows * size);
      }
      activation.backward(y, dx, rows * size, alpha);
    }
    return NOTHING;
  }
}
