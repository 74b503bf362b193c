package io.syncnorm.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Builds a {@link ClassificationReport} from one test image at a time, in the order of the test
 * file. Call {@link #add} for each image, then {@link #report()}. Keeps the pixels only of mistakes
 * that will be shown. Confined to one thread.
 */
public final class ClassificationCollector {
  /** Most confident first; among equals, the earlier image. */
  private static final Comparator<WrongPrediction> CONFIDENT_FIRST =
      Comparator.comparingDouble(WrongPrediction::probability)
          .reversed()
          .thenComparingInt(WrongPrediction::index);

  private final int[][] confusion;
  private final int keep;
  private final int height;
  private final int width;

  /** The head is the least confident mistake, which is dropped next. */
  private final PriorityQueue<WrongPrediction> wrong =
      new PriorityQueue<>(CONFIDENT_FIRST.reversed());

  private int rows;

  /**
   * Creates an empty collector.
   *
   * @param classes number of classes, at least 1
   * @param keep how many of the most confident mistakes to keep, 0 for none
   * @param height rows of each image
   * @param width columns of each image
   */
  public ClassificationCollector(int classes, int keep, int height, int width) {
    if (classes < 1 || keep < 0 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "expected classes, height and width of at least 1 and keep of at least 0: classes="
              + classes
              + " keep="
              + keep
              + " height="
              + height
              + " width="
              + width);
    }
    this.confusion = new int[classes][classes];
    this.keep = keep;
    this.height = height;
    this.width = width;
  }

  /**
   * Counts one image, whose predicted class is the {@link #largest}. The arrays are read before the
   * call returns and remain owned by the caller.
   *
   * @param label true class
   * @param probabilities one per class
   * @param pixels gray values {@code [height, width]} of this and other images, row-major
   * @param at index of this image's first pixel
   * @throws IllegalArgumentException if the label or a length does not fit
   */
  public void add(int label, float[] probabilities, byte[] pixels, int at) {
    check(label, probabilities, pixels.length - at);
    int predicted = largest(probabilities);
    confusion[label][predicted]++;
    float probability = probabilities[predicted];
    if (predicted != label && keep > 0) {
      double shown = Float.isNaN(probability) ? 0 : probability;
      byte[] own = Arrays.copyOfRange(pixels, at, at + height * width);
      WrongPrediction mistake =
          new WrongPrediction(rows, label, predicted, shown, new GreyImage(own, height, width));
      wrong.add(mistake);
      if (wrong.size() > keep) {
        wrong.poll();
      }
    }
    rows++;
  }

  /** Returns the report of all images added so far. */
  public ClassificationReport report() {
    List<WrongPrediction> ordered = wrong.stream().sorted(CONFIDENT_FIRST).toList();
    return new ClassificationReport(confusion, ordered);
  }

  private void check(int label, float[] probabilities, int pixels) {
    int classes = confusion.length;
    if (label < 0
        || label >= classes
        || probabilities.length != classes
        || pixels < height * width) {
      throw new IllegalArgumentException(
          "test image does not fit: row="
              + rows
              + " label="
              + label
              + " classes="
              + classes
              + " probabilities="
              + probabilities.length
              + " pixels="
              + pixels
              + " expected pixels="
              + height * width);
    }
  }

  /**
   * Returns the class with the largest probability, the first of equals; NaN counts as smallest.
   */
  public static int largest(float[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[best]
          || (Float.isNaN(probabilities[best]) && !Float.isNaN(probabilities[c]))) {
        best = c;
      }
    }
    return best;
  }
}
