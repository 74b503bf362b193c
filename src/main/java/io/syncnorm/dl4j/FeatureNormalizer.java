package io.syncnorm.dl4j;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
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
 * What a model zip does to features before its network sees them: {@code x * factor + offset},
 * feature by feature. Our features are pixels / 255; a normalizer that was fitted on pixels, as its
 * figures tell, is given pixels.
 *
 * @param factors one per feature, or one for all
 * @param offsets as many
 * @param stored the normalizer as ND4J wrote it
 */
record FeatureNormalizer(double[] factors, double[] offsets, byte[] stored)
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(FeatureNormalizer.class);

  /** Where DL4J kept normalizers before 1.0, as Java objects. */
  private static final String OLD_ENTRY = "preprocessor.bin";

  private static final double PIXEL = 255;

  /** Leaves features as they are. */
  static final FeatureNormalizer NONE =
      new FeatureNormalizer(new double[] {1}, new double[] {0}, new byte[0]);

  /**
   * The normalizer of a model zip; {@link #NONE} where it has none.
   *
   * @throws IOException if it is one that we cannot apply
   */
  static FeatureNormalizer of(Path zip) throws IOException {
    if (ModelZip.entry(zip, OLD_ENTRY).isPresent()) {
      throw new IOException(
          "its normalizer is stored as Java objects (%s): store it with ModelSerializer.addNormalizerToModel of DL4J 1.0"
              .formatted(OLD_ENTRY));
    }
    byte[] stored = ModelZip.entry(zip, ModelSerializer.NORMALIZER_BIN).orElse(NONE.stored);
    if (stored.length == 0) {
      return NONE;
    }
    FeatureNormalizer normalizer = of(restore(stored), stored);
    LOG.info("features are normalized as {} says ({})", zip, ModelSerializer.NORMALIZER_BIN);
    return normalizer;
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
          "its %s normalizes labels too: expected classes, which are not normalized"
              .formatted(name));
    }
    if (normalizer instanceof NormalizerStandardize standardize) {
      double[] means = values(standardize.getMean());
      double[] factors = inverse(values(standardize.getStd()));
      double[] offsets = new double[means.length];
      Arrays.setAll(offsets, i -> -means[i] * factors[i]);
      return of(factors, offsets, Arrays.stream(means).max().orElse(0), stored);
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
      return of(factors, offsets, PIXEL, stored); // it always takes pixels
    }
    throw new IOException(
        "its normalizer is a %s: expected NormalizerStandardize, NormalizerMinMaxScaler or ImagePreProcessingScaler"
            .formatted(name));
  }

  /**
   * @param largest of what it was fitted on, more or less: no feature of ours is above 1
   */
  private static FeatureNormalizer of(
      double[] factors, double[] offsets, double largest, byte[] stored) {
    double unit = largest > 1 ? PIXEL : 1;
    return new FeatureNormalizer(
        Arrays.stream(factors).map(factor -> factor * unit).toArray(), offsets, stored);
  }

  boolean isNone() {
    return stored.length == 0;
  }

  /**
   * Refuses rows that it was not fitted on.
   *
   * @throws ModelException if their length is another
   */
  void requireFits(int inputs) {
    if (factors.length != 1 && factors.length != inputs) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "the normalizer of the model is not for these rows: expected features=%d, found features=%d",
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
      features[i] = (float) (features[i] * factors[feature] + offsets[feature]);
    }
  }

  private static double[] values(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  /** As ND4J does, a feature without any spread is left unscaled. */
  private static double[] inverse(double[] spreads) {
    return Arrays.stream(spreads).map(spread -> spread == 0 ? 1 : 1 / spread).toArray();
  }
}
