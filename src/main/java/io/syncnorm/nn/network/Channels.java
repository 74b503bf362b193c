package io.syncnorm.nn.network;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Moments;
import java.util.Arrays;

/**
 * Sums by channel over the pixels of images, {@code [rows, positions, channels]}.
 *
 * <p>For vectors, and images of fewer than {@value #SLABS} pixels, each sum is in double, in the
 * order of the rows. For other images that would take as long as the convolutions. Their pixels are
 * taken in slabs: up to {@value #SLABS} slabs of one image are added in float, by vector
 * instructions, and the result is added in double. So the roundings of float are those of at most
 * {@value #SLABS} additions, whatever the size of the batch, and do not depend on the rank that has
 * the image.
 *
 * <p>The loops run over arrays from index 0: the compiler of Java 17 does not vectorize a loop with
 * {@code x[at + j]} and {@code y[j]}, and to copy a slab that stays in the first-level cache costs
 * less than that.
 */
final class Channels {
  private static final int SLABS = 8;

  /** Values of the largest slab, 4 KB. */
  private static final int SLAB_VALUES = 1024;

  /** Values from which on a loop runs at full speed. */
  private static final int WIDE = 256;

  /** What is added for each pixel. */
  private enum Term {
    VALUE,
    SQUARED_DEVIATION,
    PRODUCT
  }

  private final int positions;
  private final int channels;
  private final int slabsOfImage;

  /** The sum of some slabs; empty if images are too small for slabs. */
  private final float[] partial;

  private final float[] slab;
  private final float[] otherSlab;

  /** The mean of each channel, for each pixel of a slab. */
  private final float[] mean;

  Channels(Dimensions row) {
    this.positions = row.positions();
    this.channels = row.channels();
    int pixels = Math.min(positions / SLABS, Math.max(1, SLAB_VALUES / channels));
    this.slabsOfImage = pixels == 0 ? 0 : positions / pixels;
    this.partial = new float[pixels * channels];
    this.slab = new float[partial.length];
    this.otherSlab = new float[partial.length];
    this.mean = new float[Math.max(1, pixels) * channels];
  }

  /**
   * How many pixels of a row to take as one, so that a loop over their channels is long enough for
   * vector instructions; a divisor of the number of pixels.
   */
  static int pixelsOfWideRow(Dimensions row) {
    int pixels = 1;
    while (pixels < row.positions()
        && (pixels * row.channels() < WIDE || row.positions() % pixels != 0)) {
      pixels++;
    }
    return pixels;
  }

  /** Fills {@code repeated} with copies of {@code v[at .. at + channels)}. */
  static void repeat(float[] v, int at, int channels, float[] repeated) {
    for (int to = 0; to < repeated.length; to += channels) {
      System.arraycopy(v, at, repeated, to, channels);
    }
  }

  /** Writes {@link Moments}, where each pixel counts as a row. */
  void moments(float[] x, int rows, double[] packed) {
    if (slabsOfImage == 0 || rows == 0) {
      Moments.of(x, rows * positions, channels, packed);
      return;
    }
    double pixels = (double) rows * positions;
    Arrays.fill(packed, 0);
    packed[0] = pixels;
    add(Term.VALUE, x, x, rows, packed, 1);
    for (int j = 0; j < channels; j++) {
      packed[1 + j] /= pixels;
      mean[j] = (float) packed[1 + j];
    }
    repeat(mean, 0, channels, mean);
    add(Term.SQUARED_DEVIATION, x, x, rows, packed, 1 + channels);
    for (int j = 0; j < channels; j++) {
      // Deviations are from the mean as a float.
      double shift = packed[1 + j] - mean[j];
      packed[1 + channels + j] = Math.max(0, packed[1 + channels + j] - pixels * shift * shift);
    }
  }

  /** Adds the sums by channel to {@code sums}. */
  void addSums(float[] x, int rows, double[] sums) {
    add(Term.VALUE, x, x, rows, sums, 0);
  }

  /**
   * Adds the sums by channel of {@code x} to the first half of {@code sums}, and those of its
   * products with {@code y} to the second.
   */
  void addSumsAndProducts(float[] x, float[] y, int rows, double[] sums) {
    if (slabsOfImage > 0) {
      add(Term.VALUE, x, x, rows, sums, 0);
      add(Term.PRODUCT, x, y, rows, sums, channels);
      return;
    }
    for (int i = 0; i < rows * positions; i++) {
      addSumAndProductOfPixel(x, y, i * channels, sums);
    }
  }

  private void add(Term term, float[] x, float[] y, int rows, double[] sums, int at) {
    int length = partial.length;
    int size = positions * channels;
    for (int image = 0; image < rows * size; image += size) {
      int from = image;
      for (int i = 0; i < slabsOfImage; i++, from += length) {
        if (i % SLABS == 0) {
          Arrays.fill(partial, 0f);
        }
        System.arraycopy(x, from, slab, 0, length);
        switch (term) {
          case VALUE -> addValues(slab, partial);
          case SQUARED_DEVIATION -> addSquaredDeviations(slab, mean, partial);
          case PRODUCT -> {
            System.arraycopy(y, from, otherSlab, 0, length);
            addProducts(slab, otherSlab, partial);
          }
        }
        if (i % SLABS == SLABS - 1 || i == slabsOfImage - 1) {
          for (int pixel = 0; pixel < length; pixel += channels) {
            addPixel(Term.VALUE, partial, partial, pixel, sums, at);
          }
        }
      }
      for (; from < image + size; from += channels) {
        addPixel(term, x, y, from, sums, at);
      }
    }
  }

  private static void addValues(float[] x, float[] into) {
    for (int j = 0; j < into.length; j++) {
      into[j] += x[j];
    }
  }

  private static void addSquaredDeviations(float[] x, float[] from, float[] into) {
    for (int j = 0; j < into.length; j++) {
      float deviation = x[j] - from[j];
      into[j] += deviation * deviation;
    }
  }

  private static void addProducts(float[] x, float[] y, float[] into) {
    for (int j = 0; j < into.length; j++) {
      into[j] += x[j] * y[j];
    }
  }

  private void addPixel(Term term, float[] x, float[] y, int from, double[] sums, int at) {
    switch (term) {
      case VALUE -> {
        for (int j = 0; j < channels; j++) {
          sums[at + j] += x[from + j];
        }
      }
      case SQUARED_DEVIATION -> {
        for (int j = 0; j < channels; j++) {
          double deviation = (double) x[from + j] - mean[j];
          sums[at + j] += deviation * deviation;
        }
      }
      case PRODUCT -> {
        for (int j = 0; j < channels; j++) {
          sums[at + j] += (double) x[from + j] * y[from + j];
        }
      }
    }
  }

  private void addSumAndProductOfPixel(float[] x, float[] y, int from, double[] sums) {
    for (int j = 0; j < channels; j++) {
      double value = x[from + j];
      sums[j] += value;
      sums[channels + j] += value * y[from + j];
    }
  }
}
