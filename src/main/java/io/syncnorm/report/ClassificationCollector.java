package io.syncnorm.report;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Builds a {@link ClassificationReport} from one test row at a time. Call {@link #add} for each
 * row, then {@link #report}. Each task may fill a collector of its own: {@linkplain #merge merged},
 * they give the report of a single pass, bit for bit, for every split of the rows and every order
 * of merging, since counts and {@linkplain ExactSum sums} are exact and mistakes are ordered by row
 * number. Keeps pictures only of mistakes that will be shown. Confined to one thread.
 */
public final class ClassificationCollector implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final byte[] NO_PICTURE = {};

  private final long[][] confusion;
  private final int keep;

  /** Height and width of pictures; both are 0 if rows have none. */
  private final int height;

  private final int width;

  private final ExactSum weights = new ExactSum();
  private final ExactSum squaredWeights = new ExactSum();
  private final ExactSum correctWeights = new ExactSum();
  private final ExactSum losses = new ExactSum();

  /** The head is the least confident mistake, which is dropped next. */
  private final PriorityQueue<Mistake> mistakes = new PriorityQueue<>();

  /**
   * A mistake to show; the one shown later is the smaller.
   *
   * @param pixels gray values of its picture; empty if it has none
   */
  private record Mistake(long row, int label, int predicted, double probability, byte[] pixels)
      implements Serializable, Comparable<Mistake> {
    private static final long serialVersionUID = 1L;
    private static final Comparator<Mistake> SHOWN_LATER_FIRST =
        Comparator.comparingDouble(Mistake::probability)
            .thenComparing(Comparator.comparingLong(Mistake::row).reversed());

    @Override
    public int compareTo(Mistake other) {
      return SHOWN_LATER_FIRST.compare(this, other);
    }
  }

  private ClassificationCollector(int classes, int keep, int height, int width) {
    if (classes < 1 || keep < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected at least 1 class and keep >= 0: classes=%d, keep=%d",
              classes,
              keep));
    }
    this.confusion = new long[classes][classes];
    this.keep = keep;
    this.height = height;
    this.width = width;
  }

  /**
   * Creates an empty collector of rows without pictures.
   *
   * @param classes number of classes, at least 1
   * @param keep how many of the most confident mistakes to keep
   */
  public static ClassificationCollector ofRows(int classes, int keep) {
    return new ClassificationCollector(classes, keep, 0, 0);
  }

  /**
   * Creates an empty collector of images.
   *
   * @param height rows of pixels, at least 1
   * @param width columns of pixels, at least 1
   */
  public static ClassificationCollector ofImages(int classes, int keep, int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected height and width of at least 1: height=%d, width=%d",
              height,
              width));
    }
    return new ClassificationCollector(classes, keep, height, width);
  }

  /**
   * Counts one row, whose predicted class is the {@link #largest}. Its loss is the cross-entropy in
   * nats.
   *
   * @param row number of the row, different from those of all other rows
   * @param label true class
   * @param weight of the row in accuracy and loss: finite and at least 0
   * @param probabilities one per class; read before the call returns
   * @param pixels returns the row's gray values {@code [height, width]}, row-major, which the
   *     collector keeps; called only for images, and only if the row is a mistake that may be shown
   * @throws IllegalArgumentException if the label or a length does not fit
   */
  public void add(
      long row, int label, float weight, float[] probabilities, Supplier<byte[]> pixels) {
    if (label < 0 || label >= confusion.length || probabilities.length != confusion.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "test row does not fit: row=%d, label=%d, classes=%d, probabilities=%d",
              row,
              label,
              confusion.length,
              probabilities.length));
    }
    int predicted = largest(probabilities);
    if (predicted != label) {
      addMistake(row, label, predicted, probabilities[predicted], pixels);
    }
    confusion[label][predicted]++;
    weights.add(weight);
    squaredWeights.add((double) weight * weight);
    correctWeights.add(predicted == label ? weight : 0);
    losses.add(-weight * Math.log(Math.max(probabilities[label], Float.MIN_VALUE)));
  }

  private void addMistake(
      long row, int label, int predicted, float probability, Supplier<byte[]> pixels) {
    double shown = Float.isNaN(probability) ? 0 : probability;
    Mistake mistake = new Mistake(row, label, predicted, shown, NO_PICTURE);
    boolean isShown =
        mistakes.size() < keep || (keep > 0 && mistake.compareTo(mistakes.peek()) > 0);
    if (isShown) {
      byte[] picture = height == 0 ? NO_PICTURE : pixels.get();
      if (picture.length != height * width) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "picture does not fit: row=%d, pixels=%d, expected pixels=%d",
                row,
                picture.length,
                height * width));
      }
      keep(new Mistake(row, label, predicted, shown, picture));
    }
  }

  private void keep(Mistake mistake) {
    mistakes.add(mistake);
    if (mistakes.size() > keep) {
      mistakes.poll();
    }
  }

  /**
   * Adds all rows of another collector, which must have no row in common with this one.
   *
   * @throws IllegalArgumentException if the other has different classes, mistakes or pictures
   */
  public void merge(ClassificationCollector other) {
    if (other.confusion.length != confusion.length
        || other.keep != keep
        || other.height != height
        || other.width != width) {
      throw new IllegalArgumentException(
          "collectors differ: expected %s, found %s".formatted(describe(), other.describe()));
    }
    for (int label = 0; label < confusion.length; label++) {
      for (int predicted = 0; predicted < confusion.length; predicted++) {
        confusion[label][predicted] += other.confusion[label][predicted];
      }
    }
    weights.add(other.weights);
    squaredWeights.add(other.squaredWeights);
    correctWeights.add(other.correctWeights);
    losses.add(other.losses);
    other.mistakes.forEach(this::keep);
  }

  private String describe() {
    return String.format(
        Locale.ROOT,
        "classes=%d, keep=%d, height=%d, width=%d",
        confusion.length,
        keep,
        height,
        width);
  }

  /** Returns the report of all rows added so far, with classes named by their numbers. */
  public ClassificationReport report() {
    return report(IntStream.range(0, confusion.length).mapToObj(Integer::toString).toList());
  }

  /**
   * Returns the report of all rows added so far.
   *
   * @param names of the classes
   */
  public ClassificationReport report(List<String> names) {
    double total = weights.value();
    return new ClassificationReport(
        names,
        confusion,
        new ClassificationReport.Scores(
            correctWeights.value() / total,
            losses.value() / total,
            total * total / squaredWeights.value()),
        mistakes.stream().sorted(Comparator.reverseOrder()).map(this::shown).toList());
  }

  private WrongPrediction shown(Mistake mistake) {
    return new WrongPrediction(
        mistake.row,
        mistake.label,
        mistake.predicted,
        mistake.probability,
        height == 0 ? Optional.empty() : Optional.of(new GreyImage(mistake.pixels, height, width)));
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
