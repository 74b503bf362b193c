package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.NetworkState;

/**
 * Images from the order channels, height, width to height, width, channels: {@code y[row, position,
 * channel] = x[row, channel, position]}.
 */
final class ChannelsLast implements LayerPass {
  private final int positions;
  private final int channels;

  /**
   * @param input sizes of an image, whatever its order
   */
  ChannelsLast(Dimensions input) {
    this.positions = input.positions();
    this.channels = input.channels();
  }

  @Override
  public Reads reads() {
    return Reads.NEITHER;
  }

  @Override
  public void forward(Network.Mode mode, NetworkState state, float[] x, int rows, float[] y) {
    forwardFrom(x, 0, rows, y);
  }

  /**
   * @param x inputs, from index {@code xAt} on
   */
  void forwardFrom(float[] x, int xAt, int rows, float[] y) {
    transpose(x, xAt, channels, positions, rows, y);
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
      transpose(dy, 0, positions, channels, rows, dx);
    }
    return NOTHING;
  }

  /** Transposes {@code rows} matrices {@code [height, width]}. */
  private static void transpose(
      float[] from, int fromAt, int height, int width, int rows, float[] into) {
    int size = height * width;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < height; i++) {
        int at = fromAt + row * size + i * width;
        int to = row * size + i;
        for (int j = 0; j < width; j++) {
          into[to + j * height] = from[at + j];
        }
      }
    }
  }
}
