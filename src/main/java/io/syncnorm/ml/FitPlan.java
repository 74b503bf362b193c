package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.spark.source.Counts;
import io.syncnorm.spark.source.Survey;
import io.syncnorm.train.PlanException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fit whose rows are counted.
 *
 * @param uid the classifier's uid
 * @param configuration the complete configuration
 * @param world number of ranks
 */
record FitPlan(String uid, Configuration configuration, Survey survey, int world) {
  private static final Logger LOG = LoggerFactory.getLogger(FitPlan.class);

  /**
   * Plans a fit.
   *
   * @param params configuration from the params, with defaults for values that depend on the rows
   * @throws IllegalArgumentException if the rows cannot be trained on
   */
  static FitPlan of(
      String uid,
      Configuration params,
      FitColumns columns,
      LabelRange labelRange,
      Survey survey,
      int world) {
    requireTrainable(columns, survey);
    int classes = labelRange.known() ? labelRange.classes() : rowsByLabel(survey).length;
    Configuration configuration =
        params
            .with(Keys.CLASSES, classes)
            .with(Keys.BATCH_SIZE, batchSize(uid, params, survey.training(), world));
    return new FitPlan(uid, configuration, survey, world);
  }

  private static void requireTrainable(FitColumns columns, Survey survey) {
    long validationRows = survey.test().rows();
    if (survey.training().rows() == 0) {
      throw refused(
          "no rows to train on: expected rows>=1, found rows=0 and validation rows=%d",
          validationRows);
    }
    if (columns.isSplit() && validationRows == 0) {
      throw refused(
          "column %s marks no row as a validation row: expected value=true in at least one row, found none",
          columns.validation());
    }
    long[] rows = rowsByLabel(survey);
    if (IntStream.range(0, rows.length).filter(label -> rows[label] > 0).count() == 1) {
      throw refused(
          "column %s has only one class: expected at least 2, found value=%s in all rows",
          columns.label(), (double) (rows.length - 1));
    }
  }

  /** Training and validation rows of each label, up to the largest. */
  private static long[] rowsByLabel(Survey survey) {
    long[] training = survey.training().rowsByLabel();
    long[] validation = survey.test().rowsByLabel();
    long[] all = new long[Math.max(training.length, validation.length)];
    for (int label = 0; label < all.length; label++) {
      all[label] =
          (label < training.length ? training[label] : 0)
              + (label < validation.length ? validation[label] : 0);
    }
    return all;
  }

  /**
   * Returns the requested batch size. If the last step would have a single row, which cannot be
   * normalized, returns the nearest batch size that avoids it.
   */
  private static int batchSize(String uid, Configuration params, Counts training, int world) {
    int wanted = params.get(Keys.BATCH_SIZE);
    Deal deal = Dealing.SHUFFLED.deal(training.rowsByLabel(), world, params.get(Keys.SEED));
    List<Long> rowsPerRank = IntStream.range(0, world).mapToObj(deal::rows).toList();
    int size =
        IntStream.rangeClosed(0, wanted)
            .flatMap(off -> IntStream.of(wanted - off, wanted + off))
            .filter(
                each ->
                    each > 0 && PlanException.isTrainable(params, new StepPlan(rowsPerRank, each)))
            .findFirst()
            .orElseThrow(
                () ->
                    refused(
                        "too few rows for batch normalization: expected at least 2 rows in a step"));
    if (size != wanted) {
      LOG.warn(
          "{}: using batchSize={} instead of {}, because a step with a single row cannot be normalized",
          uid,
          size,
          wanted);
    }
    return size;
  }

  private static IllegalArgumentException refused(String message, Object... values) {
    return new IllegalArgumentException(String.format(Locale.ROOT, message, values));
  }

  /** Features of a row. */
  int inputs() {
    return survey.format().rowLength();
  }

  int classes() {
    return configuration.get(Keys.CLASSES);
  }

  int hiddenLayers() {
    return configuration.hiddenLayers();
  }
}
