package io.syncnorm.report;

import java.util.Objects;

/**
 * A misclassified test image, shown in the report.
 *
 * @param index the image's position among the test images, from 0
 * @param label true class
 * @param predicted class that the model chose
 * @param probability of the predicted class, 0..1
 * @param image the image
 */
public record WrongPrediction(
    int index, int label, int predicted, double probability, GreyImage image) {

  /** Requires the image. */
  public WrongPrediction {
    Objects.requireNonNull(image, "image");
  }
}
