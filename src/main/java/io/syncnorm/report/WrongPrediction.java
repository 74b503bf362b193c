package io.syncnorm.report;

import java.util.Objects;
import java.util.Optional;

/**
 * A misclassified test row, shown in the report.
 *
 * @param row the row's position among the test rows, from 0
 * @param label true class
 * @param predicted class that the model chose
 * @param probability of the predicted class, 0..1
 * @param image the row as an image; empty if it is none
 */
public record WrongPrediction(
    long row, int label, int predicted, double probability, Optional<GreyImage> image) {

  /** Requires the optional itself. */
  public WrongPrediction {
    Objects.requireNonNull(image, "image");
  }
}
