package io.syncnorm.report;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The evaluation of a model on the test rows: confusion matrix, accuracy, loss and most confident
 * mistakes. Immutable. Ratios whose denominator is zero are NaN.
 */
public final class ClassificationReport {
  private final List<String> names;
  private final long[][] confusion;
  private final Scores scores;
  private final List<WrongPrediction> wrong;

  /**
   * What depends on the rows' weights.
   *
   * @param accuracy fraction 0..1 of the weight whose rows were predicted correctly
   * @param loss weighted mean cross-entropy in nats
   * @param effectiveRows number of rows of equal weight with an accuracy as reliable as this one:
   *     (sum of weights)^2 / sum of squared weights (Kish 1965, "Survey Sampling", section 11.7)
   */
  public record Scores(double accuracy, double loss, double effectiveRows) {}

  /**
   * Creates a report; all arguments are copied.
   *
   * @param names of the classes, for people
   * @param confusion number of rows {@code [true class][predicted class]}
   * @param wrong mistakes to show, most confident first
   * @throws IllegalArgumentException if the matrix is not square, has a negative count, or does not
   *     have one name per class
   */
  public ClassificationReport(
      List<String> names, long[][] confusion, Scores scores, List<WrongPrediction> wrong) {
    this.names = List.copyOf(names);
    this.confusion = copy(confusion);
    this.scores = Objects.requireNonNull(scores, "scores");
    this.wrong = List.copyOf(wrong);
    for (long[] row : this.confusion) {
      if (row.length != confusion.length || Arrays.stream(row).anyMatch(count -> count < 0)) {
        throw new IllegalArgumentException(
            "expected a square matrix of counts: classes="
                + confusion.length
                + " row="
                + Arrays.toString(row));
      }
    }
    if (names.size() != confusion.length) {
      throw new IllegalArgumentException(
          "expected one name per class: classes=" + confusion.length + " names=" + names);
    }
  }

  /** Names of all classes. */
  public List<String> names() {
    return names;
  }

  /** The name of class {@code c}. */
  public String name(int c) {
    return names.get(c);
  }

  /** A copy of the matrix, {@code [true class][predicted class]}. */
  public long[][] confusion() {
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

  /** Number of rows. */
  public long total() {
    return IntStream.range(0, classes()).mapToLong(this::actual).sum();
  }

  /** The number of rows whose true class is {@code c}. */
  public long actual(int c) {
    return Arrays.stream(confusion[c]).sum();
  }

  /** The number of rows that the model predicted as class {@code c}. */
  public long predicted(int c) {
    return Arrays.stream(confusion).mapToLong(row -> row[c]).sum();
  }

  /** Fraction 0..1 of rows that were predicted correctly, each with its weight. */
  public double accuracy() {
    return scores.accuracy();
  }

  /** Mean cross-entropy in nats, each row with its weight. */
  public double loss() {
    return scores.loss();
  }

  /** Binomial standard error of {@link #accuracy()}: sqrt(p (1 - p) / n). */
  public double standardError() {
    double p = accuracy();
    return Math.sqrt(p * (1 - p) / scores.effectiveRows());
  }

  /** Of the rows predicted as {@code c}, the fraction whose true class is {@code c}. */
  public double precision(int c) {
    return ratio(confusion[c][c], predicted(c));
  }

  /** Of the rows whose true class is {@code c}, the fraction predicted as {@code c}. */
  public double recall(int c) {
    return ratio(confusion[c][c], actual(c));
  }

  /** Harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN). */
  public double f1(int c) {
    return ratio(2 * confusion[c][c], actual(c) + predicted(c));
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }

  private static long[][] copy(long[][] matrix) {
    return Arrays.stream(matrix).map(long[]::clone).toArray(long[][]::new);
  }
}
