package io.syncnorm.dl4j.file;

import io.syncnorm.data.IdxType;
import io.syncnorm.data.Images;
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
 * What a model zip does to features before its network sees them: {@code x * unit * factor +
 * offset}, feature by feature. Our features are pixels / 255 where files have unsigned bytes; a
 * normalizer that was fitted on pixels, as its figures tell, is given pixels.
 *
 * @param unit what makes of a feature what the normalizer was fitted on: 255 or 1
 * @param factors one per feature, or one for all
 * @param offsets as many
 * @param stored the normalizer as ND4J wrote it
 */
record FeatureNormalizer(double unit, double[] factors, double[] offsets, byte[] stored)
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(FeatureNormalizer.class);

  /** Where DL4J kept normalizers before 1.0, as Java objects. */
  private static final String OLD_ENTRY = "preprocessor.bin";

  private static final double PIXEL = 255;

  /** Above what a normalizer that was fitted on pixels / 255 can have: ND4J widens ranges a bit. */
  private static final double LARGEST_FEATURE = 1.5;

  /** Leaves features as they are. */
  static final FeatureNormalizer NONE =
      new FeatureNormalizer(1, new double[] {1}, new double[] {0}, new byte[0]);

  /**
   * The normalizer of a model zip; {@link #NONE} where it has none.
   *
   * @throws IOException if it is one that we cannot apply
   */
  static FeatureNormalizer of(Path zip) throws IOException {
    requireNotOld(zip);
    byte[] stored = ModelZip.entry(zip, ModelSerializer.NORMALIZER_BIN).orElse(NONE.stored);
    if (stored.length == 0) {
      return NONE;
    }
    FeatureNormalizer normalizer = of(restore(stored), stored);
    LOG.info("features are normalized as {} says ({})", zip, ModelSerializer.NORMALIZER_BIN);
    return normalizer;
  }

  /**
   * @throws IOException if it has one that only a Java program with its classes could read
   */
  static void requireNotOld(Path zip) throws IOException {
    if (ModelZip.entry(zip, OLD_ENTRY).isPresent()) {
      throw new IOException(
          "its normalizer is stored as Java objects (%s): store it with ModelSerializer.addNormalizerToModel of DL4J 1.0"
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
      return of(factors, offsets, scaler.getMaxPixelVal(), stored);
    }
    throw new IOException(
        "its normalizer is a %s: expected NormalizerStandardize, NormalizerMinMaxScaler or ImagePreProcessingScaler"
            .formatted(name));
  }

  /**
   * @param largest of what it was fitted on, more or less
   */
  private static FeatureNormalizer of(
      double[] factors, double[] offsets, double largest, byte[] stored) {
    return new FeatureNormalizer(largest > LARGEST_FEATURE ? PIXEL : 1, factors, offsets, stored);
  }

  /** The one for rows of such images: numbers other than unsigned bytes come as they are stored. */
  FeatureNormalizer of(Images images) {
    return images.type() == IdxType.UBYTE
        ? this
        : new FeatureNormalizer(1, factors, offsets, stored);
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
      features[i] = (float) (features[i] * unit * factors[feature] + offsets[feature]);
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
