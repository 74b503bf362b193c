package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;

/**
 * Dropout (Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
 * 2014; inverted): in training {@code y = 0} with probability {@code rate}, otherwise {@code y = x
 * / (1 - rate)}, and dx follows from dy in the same way. In inference {@code y = x}.
 *
 * <p>Whether a value is dropped is a hash of the seed and the value's index in the batch: the
 * backward pass computes it again, and nothing is stored.
 */
final class Dropout implements LayerPass {
  /** Bits of a random number. */
  private static final int BITS = 31;

  private final int size;
  private final float scale;

  /** Random numbers below it mean that a value is dropped. */
  private final int threshold;

  private long seed;

  Dropout(Dimensions input, Layer.Dropout settings) {
    this.size = input.size();
    this.scale = (float) (1 / (1 - settings.rate()));
    this.threshold = (int) Math.round(settings.rate() * (1L << BITS));
  }

  @Override
  public Reads reads() {
    return Reads.NEITHER;
  }

  @Override
  public boolean isInPlace() {
    return true;
  }

  @Override
  public void seed(long next) {
    seed = next;
  }

  @Override
  public void forward(Network.Mode mode, NetworkState state, float[] x, int rows, float[] y) {
    switch (mode) {
      case TRAINING -> drop(x, rows * size, y);
      case INFERENCE -> {
        if (x != y) {
          System.arraycopy(x, 0, y, 0, rows * size);
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
      drop(dy, rows * size, dx);
    }
    return NOTHING;
  }

  private void drop(float[] from, int length, float[] into) {
    for (int i = 0; i < length; i += 2) {
      long random = mix(seed + (i + 1) * 0x9E3779B97F4A7C15L);
      into[i] = kept(from[i], (int) (random >>> 33));
      if (i + 1 < length) {
        into[i + 1] = kept(from[i + 1], (int) random & Integer.MAX_VALUE);
      }
    }
  }

  /** The value, scaled, or 0; without a branch, which would be unpredictable. */
  private float kept(float value, int random) {
    int mask = ~((random - threshold) >> 31);
    return Float.intBitsToFloat(Float.floatToRawIntBits(value * scale) & mask);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014), variant 13 of Stafford. */
  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
