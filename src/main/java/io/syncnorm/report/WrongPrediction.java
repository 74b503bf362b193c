package io.syncnorm.report;

import java.util.Objects;

/**
 * A test image that the model took for something else, for the page to show.
 *
 * @param index the image's position among the test images, from 0
 * @param label its true class
 * @param predicted the class the model chose
 * @param probability what the model gave to the class it chose, 0..1
 * @param image the image
 */
public record WrongPrediction(
    int index, int label, int predicted, double probability, GreyImage image) {

  /** Refuses a missing image. */
  public WrongPrediction {
    Objects.requireNonNull(image, "image");
  }
}
