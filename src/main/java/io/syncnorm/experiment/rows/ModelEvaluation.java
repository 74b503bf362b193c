package io.syncnorm.experiment.rows;

import io.syncnorm.data.Features;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Rows;
import io.syncnorm.model.TrainedModel;
import io.syncnorm.report.ClassificationCollector;
import io.syncnorm.report.ClassificationReport;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.source.NumberedBlock;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs a model over rows, batch by batch, wherever they are. The tasks of a job evaluate their
 * partitions, each with a model of its own, and the driver merges one {@link
 * ClassificationCollector} per partition: counts, exact sums and the few mistakes of the report. So
 * the report does not depend on how rows are split; a probability may differ in its last bit, as
 * BLAS may round a row in another batch differently.
 */
public final class ModelEvaluation {
  static final int BATCH_ROWS = 250;

  /** Maximum number of features in a batch, 64 MB, so that large rows use smaller batches. */
  private static final int BATCH_FEATURES = 1 << 24;

  /** The number of most confident mistakes that an evaluation keeps. */
  private static final int MISTAKES_KEPT = 24;

  private ModelEvaluation() {}

  /** Receives the probabilities of one row. */
  @FunctionalInterface
  public interface RowConsumer {
    /**
     * @param row number in its block
     * @param probabilities of each class; valid during the call
     */
    void accept(int row, float[] probabilities);
  }

  /**
   * Evaluates a model on executors.
   *
   * @param model {@linkplain TrainedModel#prepare prepared} for the format
   * @param blocks all test rows, in any order, with labels below the model's number of classes
   */
  public static ClassificationReport evaluate(
      JavaSparkContext spark, TrainedModel model, JavaRDD<NumberedBlock> blocks, RowFormat format) {
    ClassificationCollector all = collector(model.classes(), format);
    Sent<TrainedModel.Sent> sent = Sent.of(spark, model.sent());
    try {
      Jobs.forEach(
          blocks, partition -> evaluate(sent.value().open(), partition, format), all::merge);
    } finally {
      sent.destroy();
    }
    return report(model, all);
  }

  /**
   * Evaluates a model on the rows of one task.
   *
   * @return the task's part of the report
   */
  public static ClassificationCollector evaluate(
      TrainedModel model, Iterator<NumberedBlock> blocks, RowFormat format) {
    ClassificationCollector collector = collector(model.classes(), format);
    while (blocks.hasNext()) {
      NumberedBlock block = blocks.next();
      Rows rows = block.rows();
      predict(
          model,
          rows,
          (row, probabilities) ->
              collector.add(
                  block.first() + row,
                  rows.label(row),
                  rows.weight(row),
                  probabilities,
                  () -> picture(rows, row)));
    }
    return collector;
  }

  private static ClassificationCollector collector(int classes, RowFormat format) {
    return format
        .picture()
        .map(
            picture ->
                ClassificationCollector.ofImages(
                    classes, MISTAKES_KEPT, picture.height(), picture.width()))
        .orElseGet(() -> ClassificationCollector.ofRows(classes, MISTAKES_KEPT));
  }

  private static ClassificationReport report(TrainedModel model, ClassificationCollector all) {
    return model.classNames().map(all::report).orElseGet(all::report);
  }

  /** Predicts every row, in order. */
  public static void predict(TrainedModel model, Rows rows, RowConsumer consumer) {
    int classes = model.classes();
    boolean isSparse = rows.features() instanceof Features.Sparse;
    boolean isDenseInModel = !isSparse || !model.keepsSparse();
    int batch = isDenseInModel ? Math.max(1, BATCH_FEATURES / rows.rowLength()) : BATCH_ROWS;
    batch = Math.min(Math.min(batch, BATCH_ROWS), Math.max(1, rows.count()));
    float[] dense = new float[isSparse ? 0 : Math.multiplyExact(batch, rows.rowLength())];
    float[] row = new float[classes];
    for (int start = 0; start < rows.count(); start += batch) {
      int count = Math.min(batch, rows.count() - start);
      float[] probabilities = probabilities(model, rows, start, count, dense);
      for (int i = 0; i < count; i++) {
        System.arraycopy(probabilities, i * classes, row, 0, classes);
        consumer.accept(start + i, row);
      }
    }
  }

  private static float[] probabilities(
      TrainedModel model, Rows rows, int start, int count, float[] dense) {
    if (rows.features() instanceof Features.Sparse sparse) {
      int[] picked = IntStream.range(start, start + count).toArray();
      return model.predict(sparse.pick(picked, rows.rowLength()));
    }
    int length = rows.rowLength();
    rows.features().copyTo((long) start * length, dense, 0, count * length);
    return model.predict(dense, count);
  }

  /** The gray values of a row: its bytes or, of other numbers, from the least to the greatest. */
  private static byte[] picture(Rows rows, int row) {
    Features features = rows.pick(new int[] {row}).features();
    if (features instanceof Features.Bytes bytes) {
      return bytes.values();
    }
    float[] values = new float[rows.rowLength()];
    features.copyTo(0, values, 0, values.length);
    return toGrey(values);
  }

  /** Scales an image so that its smallest value is black and its greatest white. */
  private static byte[] toGrey(float[] values) {
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    double range = Math.max((double) greatest - least, Float.MIN_VALUE);
    byte[] grey = new byte[values.length];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) Math.round(255 * ((values[i] - (double) least) / range));
    }
    return grey;
  }
}
