package io.syncnorm.dl4j.file;

import io.syncnorm.dl4j.fused.NotFusedException;
import io.syncnorm.model.FeatureNormalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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

/** Reads and writes the normalizer of a model zip. */
final class StoredNormalizer {
  private static final Logger LOG = LoggerFactory.getLogger(StoredNormalizer.class);

  /** Zip entry in which DL4J before 1.0 stored normalizers, as Java objects. */
  private static final String OLD_ENTRY = "preprocessor.bin";

  private StoredNormalizer() {}

  /**
   * Reads the normalizer of a model zip; {@link FeatureNormalizer#NONE} if there is none.
   *
   * @throws IOException if its type is not supported
   */
  static FeatureNormalizer of(Path zip) throws IOException {
    requireNotOld(zip);
    Optional<byte[]> stored = ModelZip.entry(zip, ModelSerializer.NORMALIZER_BIN);
    if (stored.isEmpty()) {
      return FeatureNormalizer.NONE;
    }
    FeatureNormalizer normalizer = read(stored.get());
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
      return FeatureNormalizer.standardize(
          values(standardize.getMean()), values(standardize.getStd()), stored);
    }
    if (normalizer instanceof NormalizerMinMaxScaler scaler) {
      double[] lower = values(scaler.getMin());
      double[] upper = values(scaler.getMax());
      double[] ranges = new double[lower.length];
      Arrays.setAll(ranges, i -> upper[i] - lower[i]);
      double[] factors = FeatureNormalizer.inverse(ranges);
      double target = scaler.getTargetMax() - scaler.getTargetMin();
      Arrays.setAll(factors, i -> factors[i] * target);
      double[] offsets = new double[lower.length];
      Arrays.setAll(offsets, i -> scaler.getTargetMin() - lower[i] * factors[i]);
      return FeatureNormalizer.fitted(
          factors, offsets, Arrays.stream(upper).max().orElse(0), stored);
    }
    if (normalizer instanceof ImagePreProcessingScaler scaler) {
      double[] factors = {(scaler.getMaxRange() - scaler.getMinRange()) / scaler.getMaxPixelVal()};
      double[] offsets = {scaler.getMinRange()};
      return FeatureNormalizer.fitted(factors, offsets, scaler.getMaxPixelVal(), stored);
    }
    throw new IOException(
        "its normalizer is a %s: expected NormalizerStandardize, NormalizerMinMaxScaler or ImagePreProcessingScaler"
            .formatted(name));
  }

  /**
   * Reads a {@code NormalizerStandardize} without ND4J's native library.
   *
   * @throws NotFusedException if it needs the library
   */
  static FeatureNormalizer withoutNd4j(byte[] stored) throws IOException {
    StoredStandardization read = StoredStandardization.read(stored);
    return FeatureNormalizer.standardize(
        FeatureNormalizer.doubles(read.means()),
        FeatureNormalizer.doubles(read.deviations()),
        stored);
  }

  /**
   * The bytes of a {@code NormalizerStandardize}.
   *
   * @param deviations standard deviations; 0 counts as 1, and is stored so
   */
  static byte[] standardization(float[] means, float[] deviations) {
    float[] divisors = deviations.clone();
    for (int i = 0; i < divisors.length; i++) {
      divisors[i] = divisors[i] == 0 ? 1 : divisors[i];
    }
    return new StoredStandardization(means, divisors).toBytes();
  }

  private static double[] values(INDArray array) {
    return array.dup('c').data().asDouble();
  }
}
