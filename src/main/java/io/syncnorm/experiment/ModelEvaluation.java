package io.syncnorm.experiment;

import io.syncnorm.data.Features;
import io.syncnorm.data.Images;
import io.syncnorm.data.LabelledImages;
import io.syncnorm.dl4j.file.Dl4jModel;
import io.syncnorm.report.ClassificationCollector;
import io.syncnorm.report.ClassificationReport;

/** Runs a model over images, batch by batch. */
public final class ModelEvaluation {
  static final int BATCH_ROWS = 250;

  /** Maximum number of features in a batch, 64 MB, so that large images use smaller batches. */
  private static final int BATCH_FEATURES = 1 << 24;

  /** The number of most confident mistakes that an evaluation keeps. */
  private static final int MISTAKES_KEPT = 24;

  private ModelEvaluation() {}

  /** Receives the probabilities of one image. */
  @FunctionalInterface
  public interface RowConsumer {
    /**
     * @param probabilities of each class; valid during the call
     */
    void accept(int row, float[] probabilities);
  }

  /**
   * The evaluation of a model on labelled images.
   *
   * @param loss mean cross-entropy in nats
   */
  public record Outcome(ClassificationReport evaluation, double loss) {}

  /** Predicts every image, in order. */
  public static void predict(Dl4jModel model, Images images, RowConsumer consumer) {
    int classes = model.classes();
    int inputs = images.rowLength();
    int batch = Math.max(1, Math.min(images.count(), BATCH_FEATURES / inputs));
    batch = Math.min(BATCH_ROWS, batch);
    float[] features = new float[Math.multiplyExact(batch, inputs)];
    float[] row = new float[classes];
    for (int start = 0; start < images.count(); start += batch) {
      int rows = Math.min(batch, images.count() - start);
      images.values().copyTo(start * inputs, features, 0, rows * inputs);
      float[] probabilities = model.predict(features, rows);
      for (int i = 0; i < rows; i++) {
        System.arraycopy(probabilities, i * classes, row, 0, classes);
        consumer.accept(start + i, row);
      }
    }
  }

  public static Outcome evaluate(Dl4jModel model, LabelledImages test) {
    int classes = model.classes();
    int inputs = test.rowLength();
    Images images = test.images();
    // Images that cannot be shown in gray have no pictures in the report.
    int pictures = images.picture().isPresent() ? MISTAKES_KEPT : 0;
    Images.Picture picture = images.picture().orElse(new Images.Picture(1, 1));
    ClassificationCollector collector =
        new ClassificationCollector(classes, pictures, picture.height(), picture.width());
    byte[] grey = new byte[picture.height() * picture.width()];
    double[] lossSum = {0};
    predict(
        model,
        images,
        (row, probabilities) -> {
          int label = test.labels()[row] & 0xff;
          if (images.values() instanceof Features.Bytes pixels) {
            collector.add(label, probabilities, pixels.values(), row * inputs);
          } else if (images.values() instanceof Features.Floats pixels) {
            toGrey(pixels.values(), row * inputs, grey);
            collector.add(label, probabilities, grey, 0);
          }
          lossSum[0] -= Math.log(Math.max(probabilities[label], Float.MIN_VALUE));
        });
    return new Outcome(collector.report(), lossSum[0] / test.count());
  }

  /** Scales an image so that its smallest value is black and its greatest white. */
  private static void toGrey(float[] values, int from, byte[] grey) {
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < grey.length; i++) {
      least = Math.min(least, values[from + i]);
      greatest = Math.max(greatest, values[from + i]);
    }
    double range = Math.max((double) greatest - least, Float.MIN_VALUE);
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) Math.round(255 * ((values[from + i] - (double) least) / range));
    }
  }
}
