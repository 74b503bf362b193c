package io.syncnorm.experiment;

import io.syncnorm.data.Images;
import io.syncnorm.data.LabelledImages;
import io.syncnorm.data.PixelScale;
import io.syncnorm.dl4j.Dl4jModel;
import io.syncnorm.report.Evaluation;
import io.syncnorm.report.EvaluationCollector;

/** Runs a model over images, batch by batch. */
public final class ModelEvaluation {
  static final int BATCH_ROWS = 250;

  /** Features of a batch, so that large images come in smaller batches: 64 MB. */
  private static final int BATCH_FEATURES = 1 << 24;

  /** Most confident mistakes that an evaluation keeps. */
  private static final int MISTAKES_KEPT = 24;

  private ModelEvaluation() {}

  /** Takes the probabilities of one image. */
  @FunctionalInterface
  public interface RowConsumer {
    /**
     * @param probabilities of each class; valid during the call
     */
    void accept(int row, float[] probabilities);
  }

  /**
   * What a model makes of labelled images.
   *
   * @param loss mean cross-entropy in nats
   */
  public record Outcome(Evaluation evaluation, double loss) {}

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
      PixelScale.toFeatures(images.pixels(), start * inputs, features, 0, rows * inputs);
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
    EvaluationCollector collector =
        new EvaluationCollector(classes, MISTAKES_KEPT, test.height(), test.width());
    double[] lossSum = {0};
    predict(
        model,
        test.images(),
        (row, probabilities) -> {
          int label = test.labels()[row] & 0xff;
          collector.add(label, probabilities, test.pixels(), row * inputs);
          lossSum[0] -= Math.log(Math.max(probabilities[label], Float.MIN_VALUE));
        });
    return new Outcome(collector.evaluation(), lossSum[0] / test.count());
  }
}
