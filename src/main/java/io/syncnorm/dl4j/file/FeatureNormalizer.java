package io.syncnorm.dl4j.file;

import io.syncnorm.data.RowFormat;
import io.syncnorm.dl4j.fused.NotFusedException;
import io.syncnorm.onnx.FeatureScaling;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.AbstractDataSetNormalizer;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The normalizer of a model zip, applied to each feature before the network: {@code x * unit *
 * factor + offset}. SyncNorm's features are pixels / 255 for files of unsigned bytes; a normalizer
 * that was fitted on pixels, as its ranges show, is given pixels.
 *
 * @param unit scale from SyncNorm's features to those that the normalizer was fitted on: 255 or 1
 * @param factors one per feature, or one for all features
 * @param offsets as many as factors
 * @param stored the normalizer as written by ND4J
 */
record FeatureNormalizer(double unit, double[] factors, double[] offsets, byte[] stored)
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(FeatureNormalizer.class);

  /** Zip entry in which DL4J before 1.0 stored normalizers, as Java objects. */
  private static final String OLD_ENTRY = "preprocessor.bin";

  private static final double PIXEL = 255;

  /**
   * Upper bound for a feature in units of pixels / 255; above 1, because ND4J widens ranges
   * slightly.
   */
  private static final double LARGEST_FEATURE = 1.5;

  /** Leaves features unchanged. */
  static final FeatureNormalizer NONE =
      new FeatureNormalizer(1, new double[] {1}, new double[] {0}, new byte[0]);

  /**
   * Reads the normalizer of a model zip; {@link #NONE} if there is none.
   *
   * @throws IOException if its type is not supported
   */
  static FeatureNormalizer of(Path zip) throws IOException {
    requireNotOld(zip);
    byte[] stored = ModelZip.entry(zip, ModelSerializer.NORMALIZER_BIN).orElse(NONE.stored);
    if (stored.length == 0) {
      return NONE;
    }
    FeatureNormalizer normalizer = read(stored);
    LOG.info(
        "features are normalized with the normalizer of {} ({})",
        zip,
        ModelSerializer.NORMALIZER_BIN);
    return normalizer;
  }

  /** ND4J raises small deviations when it reads them, so it reads only what we cannot. */
  private static FeatureNormalizer read(byte[] stored) throws IOException {
    try {
      return withoutNd4j(stored);
    } catch (NotFusedException e) {
      return of(restore(stored), stored);
    }
  }

  /**
   * Rejects zips with a normalizer of DL4J before 1.0.
   *
   * @throws IOException if the normalizer is stored as Java objects
   */
  static void requireNotOld(Path zip) throws IOException {
    if (ModelZip.entry(zip, OLD_ENTRY).isPresent()) {
      throw new IOException(
          "its normalizer is stored as Java objects (%s), which cannot be read; store it with ModelSerializer.addNormalizerToModel of DL4J 1.0"
              .formatted(OLD_ENTRY));
    }
  }

  private static Normalizer<?> restore(byte[] stored) throws IOException {
    try {
      return NormalizerSerializer.getDefault().restore(new ByteArrayInputStream(stored));
    } catch (Exception e) {
      throw new IOException("its normalizer cannot be read: " + e.getMessage(), e);
    }
  }

  private static FeatureNormalizer of(Normalizer<?> normalizer, byte[] stored) throws IOException {
    String name = normalizer.getClass().getSimpleName();
    if (normalizer instanceof AbstractDataSetNormalizer<?> fitted && fitted.isFitLabel()) {
      throw new IOException(
          "its %s also normalizes labels: expected fitLabel=false, since labels are classes"
              .formatted(name));
    }
    if (normalizer instanceof NormalizerStandardize standardize) {
      return standardize(values(standardize.getMean()), values(standardize.getStd()), stored);
    }
    if (normalizer instanceof NormalizerMinMaxScaler scaler) {
      double[] lower = values(scaler.getMin());
      double[] upper = values(scaler.getMax());
      double[] ranges = new double[lower.length];
      Arrays.setAll(ranges, i -> upper[i] - lower[i]);
      double[] factors = inverse(ranges);
      double target = scaler.getTargetMax() - scaler.getTargetMin();
      Arrays.setAll(factors, i -> factors[i] * target);
      double[] offsets = new double[lower.length];
      Arrays.setAll(offsets, i -> scaler.getTargetMin() - lower[i] * factors[i]);
      return of(factors, offsets, Arrays.stream(upper).max().orElse(0), stored);
    }
    if (normalizer instanceof ImagePreProcessingScaler scaler) {
      double[] factors = {(scaler.getMaxRange() - scaler.getMinRange()) / scaler.getMaxPixelVal()};
      double[] offsets = {scaler.getMinRange()};
      return of(factors, offsets, scaler.getMaxPixelVal(), stored);
    }
    throw new IOException(
        "its normalizer is a %s: expected NormalizerStandardize, NormalizerMinMaxScaler or ImagePreProcessingScaler"
            .formatted(name));
  }

  private static FeatureNormalizer standardize(double[] means, double[] deviations, byte[] stored) {
    double[] factors = inverse(deviations);
    double[] offsets = new double[means.length];
    Arrays.setAll(offsets, i -> -means[i] * factors[i]);
    return of(factors, offsets, Arrays.stream(means).max().orElse(0), stored);
  }

  /**
   * Returns a {@code NormalizerStandardize} for rows as they were in training.
   *
   * @param deviations standard deviations; 0 counts as 1, and is stored so
   */
  static FeatureNormalizer standardize(float[] means, float[] deviations) {
    float[] divisors = deviations.clone();
    for (int i = 0; i < divisors.length; i++) {
      divisors[i] = divisors[i] == 0 ? 1 : divisors[i];
    }
    byte[] stored = new StoredStandardization(means, divisors).toBytes();
    return standardize(doubles(means), doubles(divisors), stored).ofFeatures();
  }

  /**
   * Reads a {@code NormalizerStandardize} without ND4J's native library.
   *
   * @throws NotFusedException if it needs the library
   */
  static FeatureNormalizer withoutNd4j(byte[] stored) throws IOException {
    StoredStandardization read = StoredStandardization.read(stored);
    return standardize(doubles(read.means()), doubles(read.deviations()), stored);
  }

  /** Returns the normalizer of an ONNX file, for rows as they were in training. */
  static FeatureNormalizer of(FeatureScaling scaling) {
    FeatureNormalizer normalizer = standardize(scaling.centres(), scaling.spreads());
    double unit = scaling.unit() == FeatureScaling.Unit.PIXEL ? PIXEL : 1;
    return new FeatureNormalizer(unit, normalizer.factors, normalizer.offsets, normalizer.stored);
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

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /**
   * Creates a normalizer.
   *
   * @param largest approximate largest value that it was fitted on
   */
  private static FeatureNormalizer of(
      double[] factors, double[] offsets, double largest, byte[] stored) {
    return new FeatureNormalizer(largest > LARGEST_FEATURE ? PIXEL : 1, factors, offsets, stored);
  }

  /** Returns the normalizer for rows of a format; features other than pixels are not scaled. */
  FeatureNormalizer of(RowFormat format) {
    return format.isPixels() ? this : ofFeatures();
  }

  private FeatureNormalizer ofFeatures() {
    return new FeatureNormalizer(1, factors, offsets, stored);
  }

  boolean isNone() {
    return stored.length == 0;
  }

  /**
   * Rejects rows that do not fit the normalizer.
   *
   * @throws ModelException if it was fitted on rows of another length
   */
  void requireFits(int inputs) {
    if (factors.length != 1 && factors.length != inputs) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "the normalizer of the model does not fit these rows: expected features=%d, found features=%d",
              inputs,
              factors.length));
    }
  }

  /** Normalizes rows of {@code inputs} features in place. */
  void apply(float[] features, int rows, int inputs) {
    if (isNone()) {
      return;
    }
    requireFits(inputs);
    for (int i = 0; i < rows * inputs; i++) {
      int feature = factors.length == 1 ? 0 : i % inputs;
      features[i] = (float) (features[i] * unit * factors[feature] + offsets[feature]);
    }
  }

  private static double[] values(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  /** Leaves a feature without any spread unscaled, as ND4J does. */
  private static double[] inverse(double[] spreads) {
    return Arrays.stream(spreads).map(spread -> spread == 0 ? 1 : 1 / spread).toArray();
  }
}
