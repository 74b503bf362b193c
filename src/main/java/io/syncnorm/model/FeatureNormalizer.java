package io.syncnorm.model;

import io.syncnorm.data.RowFormat;
import io.syncnorm.onnx.FeatureScaling;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The normalizer of a model, applied to each feature before the network: {@code x * unit * factor +
 * offset}. SyncNorm's features are pixels / 255 for files of unsigned bytes; a normalizer that was
 * fitted on pixels, as its ranges show, is given pixels.
 *
 * @param unit scale from SyncNorm's features to those that the normalizer was fitted on: 255 or 1
 * @param factors one per feature, or one for all features; none if features stay as they are
 * @param offsets as many as factors
 * @param stored the normalizer in a zip of DL4J, as written by ND4J; empty if it is in none
 */
public record FeatureNormalizer(double unit, double[] factors, double[] offsets, byte[] stored)
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final double PIXEL = 255;

  /**
   * Upper bound for a feature in units of pixels / 255; above 1, because ND4J widens ranges
   * slightly.
   */
  private static final double LARGEST_FEATURE = 1.5;

  private static final byte[] NOT_STORED = {};

  /** Leaves features unchanged. */
  public static final FeatureNormalizer NONE =
      new FeatureNormalizer(1, new double[0], new double[0], NOT_STORED);

  /**
   * Creates a normalizer that was fitted on other features.
   *
   * @param largest approximate largest value that it was fitted on
   */
  public static FeatureNormalizer fitted(
      double[] factors, double[] offsets, double largest, byte[] stored) {
    return new FeatureNormalizer(largest > LARGEST_FEATURE ? PIXEL : 1, factors, offsets, stored);
  }

  /**
   * Creates a standardization that was fitted on other features.
   *
   * @param deviations standard deviations; 0 counts as 1
   */
  public static FeatureNormalizer standardize(double[] means, double[] deviations, byte[] stored) {
    double[] factors = inverse(deviations);
    double[] offsets = new double[means.length];
    Arrays.setAll(offsets, i -> -means[i] * factors[i]);
    return fitted(factors, offsets, Arrays.stream(means).max().orElse(0), stored);
  }

  /**
   * Creates a standardization for rows as they were in training.
   *
   * @param deviations standard deviations; 0 counts as 1
   */
  public static FeatureNormalizer standardize(float[] means, float[] deviations) {
    return standardize(doubles(means), doubles(deviations), NOT_STORED).ofFeatures();
  }

  /** Returns the normalizer of an ONNX file, for rows as they were in training. */
  static FeatureNormalizer of(FeatureScaling scaling) {
    FeatureNormalizer normalizer = standardize(scaling.centres(), scaling.spreads());
    double unit = scaling.unit() == FeatureScaling.Unit.PIXEL ? PIXEL : 1;
    return new FeatureNormalizer(unit, normalizer.factors, normalizer.offsets, NOT_STORED);
  }

  /** Returns this normalizer as a zip of DL4J stores it. */
  public FeatureNormalizer withStored(byte[] bytes) {
    return new FeatureNormalizer(unit, factors, offsets, bytes);
  }

  /**
   * The normalizer for an ONNX file; empty if there is none.
   *
   * @throws io.syncnorm.onnx.OnnxException if it cannot be computed in single precision
   */
  Optional<FeatureScaling> scaling() {
    if (isNone()) {
      return Optional.empty();
    }
    float[] centres = new float[factors.length];
    float[] spreads = new float[factors.length];
    for (int i = 0; i < factors.length; i++) {
      centres[i] = (float) (0 - offsets[i] / factors[i]);
      spreads[i] = (float) (1 / factors[i]);
    }
    return Optional.of(
        new FeatureScaling(
            centres,
            spreads,
            unit == PIXEL ? FeatureScaling.Unit.PIXEL : FeatureScaling.Unit.FEATURE));
  }

  /** Returns doubles of the same values. */
  public static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /** Returns the normalizer for rows of a format; features other than pixels are not scaled. */
  public FeatureNormalizer of(RowFormat format) {
    return format.isPixels() ? this : ofFeatures();
  }

  private FeatureNormalizer ofFeatures() {
    return new FeatureNormalizer(1, factors, offsets, stored);
  }

  public boolean isNone() {
    return factors.length == 0;
  }

  /**
   * Rejects rows that do not fit the normalizer.
   *
   * @throws ModelException if it was fitted on rows of another length
   */
  public void requireFits(int inputs) {
    if (factors.length > 1 && factors.length != inputs) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "the normalizer of the model does not fit these rows: expected features=%d, found features=%d",
              inputs,
              factors.length));
    }
  }

  /** Normalizes rows of {@code inputs} features in place. */
  public void apply(float[] features, int rows, int inputs) {
    if (isNone()) {
      return;
    }
    requireFits(inputs);
    for (int i = 0; i < rows * inputs; i++) {
      int feature = factors.length == 1 ? 0 : i % inputs;
      features[i] = (float) (features[i] * unit * factors[feature] + offsets[feature]);
    }
  }

  /** Leaves a feature without any spread unscaled, as ND4J does. */
  public static double[] inverse(double[] spreads) {
    return Arrays.stream(spreads).map(spread -> spread == 0 ? 1 : 1 / spread).toArray();
  }
}
