package io.syncnorm.experiment.rows;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowFormat;
import io.syncnorm.model.TrainedModel;
import io.syncnorm.report.ClassificationReport;
import io.syncnorm.spark.source.Counts;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.Source;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A model, measured on the configured test rows.
 *
 * @param data what identifies the rows: SHA-256 by path, or their fingerprint
 */
public record ModelTest(ClassificationReport report, Map<String, String> data) {
  /**
   * Reads the test rows and evaluates a model on executors.
   *
   * @param fits checks that the model fits the rows, and prepares it
   * @throws io.syncnorm.data.DataException if the source or a row is invalid
   */
  public static ModelTest run(
      JavaSparkContext spark,
      Configuration configuration,
      TrainedModel model,
      Consumer<RowFormat> fits,
      LoadListener listener) {
    Source source = new DataSources(spark, configuration).test(model);
    fits.accept(source.format());
    try (PackedData packed = DataSources.read(spark, source, listener)) {
      Counts counts = packed.survey().training();
      return new ModelTest(
          ModelEvaluation.evaluate(spark, model, packed.numbered(Part.TRAINING), packed.format()),
          DataSources.contents(source, counts));
    }
  }
}
