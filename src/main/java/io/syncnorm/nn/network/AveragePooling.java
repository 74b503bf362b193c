package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Window;
import java.util.Arrays;

/**
 * The mean of each window's values, by channel: x {@code [rows, height, width, channels]}, y of the
 * window's output dimensions,
 *
 * <pre>
 * y = sum of x over the window / divisor
 * dx = sum of dy / divisor over the windows that a pixel is in
 * </pre>
 *
 * <p>with the divisor of {@link Layer.AveragePooling}. A window of the size of the image is global
 * average pooling (Lin, Chen and Yan, "Network in Network", 2014, section 3.2).
 */
final class AveragePooling implements LayerPass {
  private final Windows windows;
  private final Dimensions input;
  private final Dimensions output;
  private final Window window;
  private final Layer.AveragePooling.Divisor divisor;

  AveragePooling(Dimensions input, Layer.AveragePooling settings) {
    this.input = input;
    this.output = settings.output(input);
    this.window = settings.window();
    this.windows = new Windows(input, window);
    this.divisor = settings.divisor();
  }

  /** Global average pooling: one window, the image. */
  static AveragePooling global(Dimensions input) {
    Window image = new Window(input.height(), input.width(), 1, 1, Window.Fixed.VALID);
    return new AveragePooling(
        input, new Layer.AveragePooling(image, Layer.AveragePooling.Divisor.WINDOW));
  }

  @Override
  public Reads reads() {
    return Reads.NEITHER;
  }

  @Override
  public void forward(Network.Mode mode, NetworkState state, float[] x, int rows, float[] y) {
    Arrays.fill(y, 0, rows * output.size(), 0f);
    int channels = input.channels();
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int oy = 0; oy < output.height(); oy++) {
        for (int ox = 0; ox < output.width(); ox++) {
          for (int py = windows.top(oy); py < windows.bottom(oy); py++) {
            int line = row * input.size() + py * input.width() * channels;
            int end = line + windows.right(ox) * channels;
            for (int from = line + windows.left(ox) * channels; from < end; from += channels) {
              add(x, from, y, at);
            }
          }
          float share = share(oy, ox);
          for (int c = 0; c < channels; c++) {
            y[at + c] *= share;
          }
          at += channels;
        }
      }
    }
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
      inputGradient(dy, rows, dx);
    }
    return NOTHING;
  }

  private void inputGradient(float[] dy, int rows, float[] dx) {
    Arrays.fill(dx, 0, rows * input.size(), 0f);
    int channels = input.channels();
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int oy = 0; oy < output.height(); oy++) {
        for (int ox = 0; ox < output.width(); ox++) {
          float share = share(oy, ox);
          for (int c = 0; c < channels; c++) {
            dy[at + c] *= share;
          }
          for (int py = windows.top(oy); py < windows.bottom(oy); py++) {
            int line = row * input.size() + py * input.width() * channels;
            int end = line + windows.right(ox) * channels;
            for (int to = line + windows.left(ox) * channels; to < end; to += channels) {
              add(dy, at, dx, to);
            }
          }
          at += channels;
        }
      }
    }
  }

  private void add(float[] from, int at, float[] into, int to) {
    for (int c = 0; c < input.channels(); c++) {
      into[to + c] += from[at + c];
    }
  }

  /** One over the divisor of a window. */
  private float share(int oy, int ox) {
    int pixels =
        switch (divisor) {
          case WINDOW -> window.positions();
          case PIXELS_OF_IMAGE ->
              (windows.bottom(oy) - windows.top(oy)) * (windows.right(ox) - windows.left(ox));
        };
    return 1f / pixels;
  }
}
