package io.syncnorm.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The evaluation of a model on the test images: confusion matrix and most confident mistakes.
 * Immutable. Ratios whose denominator is zero are NaN.
 */
public final class ClassificationReport {
  private final int[][] confusion;
  private final List<WrongPrediction> wrong;

  /**
   * Creates a report; both arguments are copied.
   *
   * @param confusion number of images {@code [true class][predicted class]}
   * @param wrong mistakes to show, most confident first
   * @throws IllegalArgumentException if the matrix is not square or has a negative count
   */
  public ClassificationReport(int[][] confusion, List<WrongPrediction> wrong) {
    this.confusion = copy(confusion);
    this.wrong = List.copyOf(wrong);
    for (int[] row : this.confusion) {
      if (row.length != confusion.length || Arrays.stream(row).anyMatch(count -> count < 0)) {
        throw new IllegalArgumentException(
            "expected a square matrix of counts: classes="
                + confusion.length
                + " row="
                + Arrays.toString(row));
      }
    }
  }

  /** A copy of the matrix, {@code [true class][predicted class]}. */
  public int[][] confusion() {
    return copy(confusion);
  }

  /** Mistakes to show, most confident first. */
  public List<WrongPrediction> wrong() {
    return wrong;
  }

  /** Number of classes. */
  public int classes() {
    return confusion.length;
  }

  /** Number of images. */
  public int total() {
    return IntStream.range(0, classes()).map(this::actual).sum();
  }

  /** The number of images whose true class is {@code c}: a row's sum. */
  public int actual(int c) {
    return Arrays.stream(confusion[c]).sum();
  }

  /** The number of images that the model predicted as class {@code c}: a column's sum. */
  public int predicted(int c) {
    return Arrays.stream(confusion).mapToInt(row -> row[c]).sum();
  }

  /** Fraction 0..1 of images that were predicted correctly. */
  public double accuracy() {
    int right = IntStream.range(0, classes()).map(c -> confusion[c][c]).sum();
    return ratio(right, total());
  }

  /** Binomial standard error of {@link #accuracy()}: sqrt(p (1 - p) / n). */
  public double standardError() {
    double p = accuracy();
    return Math.sqrt(p * (1 - p) / total());
  }

  /** Of the images predicted as {@code c}, the fraction whose true class is {@code c}. */
  public double precision(int c) {
    return ratio(confusion[c][c], predicted(c));
  }

  /** Of the images whose true class is {@code c}, the fraction predicted as {@code c}. */
  public double recall(int c) {
    return ratio(confusion[c][c], actual(c));
  }

  /** Harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN). */
  public double f1(int c) {
    return ratio(2 * confusion[c][c], actual(c) + predicted(c));
  }

  private static double ratio(int part, int whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }

  private static int[][] copy(int[][] matrix) {
    return Arrays.stream(matrix).map(int[]::clone).toArray(int[][]::new);
  }
}
