package io.syncnorm.onnx;

import java.io.Serializable;
import java.util.Locale;

/**
 * The scaling of features before the first layer: {@code (x - centre) / spread}. In this form it is
 * exact to one rounding in single precision, where {@code x * factor + offset} is not if the centre
 * is large beside the spread.
 *
 * @param centres one per feature, or one for all
 * @param spreads as many as centres, none of them 0
 * @param unit what the features are
 */
public record FeatureScaling(float[] centres, float[] spreads, Unit unit) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What features a scaling is for. */
  public enum Unit {
    /** Features as SyncNorm reads them, where bytes of images are divided by 255. */
    FEATURE,
    /** Pixels from 0 to 255, as networks of other programs take them. */
    PIXEL
  }

  /**
   * @throws OnnxException if a number is not finite, or a spread is 0
   */
  public FeatureScaling {
    if (centres.length != spreads.length) {
      throw new OnnxException(
          String.format(
              Locale.ROOT,
              "its scaling of features does not fit: centres=%d, spreads=%d",
              centres.length,
              spreads.length));
    }
    for (int i = 0; i < centres.length; i++) {
      if (!Float.isFinite(centres[i]) || !Float.isFinite(spreads[i]) || spreads[i] == 0) {
        throw new OnnxException(
            String.format(
                Locale.ROOT,
                "its scaling cannot be computed in single precision: feature=%d, centre=%s, spread=%s",
                i,
                centres[i],
                spreads[i]));
      }
    }
  }
}
