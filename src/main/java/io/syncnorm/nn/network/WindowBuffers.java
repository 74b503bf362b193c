package io.syncnorm.nn.network;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;

/** The memory of what the convolutions of a {@link Network} copy, for estimates. */
public final class WindowBuffers {
  private WindowBuffers() {}

  /**
   * Floats of the arrays in which the convolutions of a network have windows, a part of a batch at
   * a time, and widened filters.
   *
   * @param maxRows rows of the largest batch
   */
  public static long length(Architecture architecture, long maxRows) {
    long length = 0;
    for (int i = 0; i < architecture.layers().size(); i++) {
      if (architecture.layers().get(i) instanceof Layer.Convolution settings) {
        length += Convolution.bufferLength(architecture.dimensions().get(i), settings, maxRows);
      }
    }
    return length;
  }
}
