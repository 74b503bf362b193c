package io.syncnorm.spark.table;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.source.LoadFaults;
import io.syncnorm.spark.source.RowTransform;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Standardizes features: {@code (x - mean) / deviation}, in single precision. A feature that has
 * one value only is shifted to 0.
 *
 * @param mean of each feature in the training rows {@code [features]}; not copied
 * @param deviation biased standard deviation of each feature in the training rows, or 1 if the
 *     feature has one value only {@code [features]}; not copied
 */
public record Standardization(float[] mean, float[] deviation) implements RowTransform {
  private static final long serialVersionUID = 1L;

  /** The largest number of features: a task needs 14 MB to sum so many. */
  public static final int MOST_FEATURES = 1 << 16;

  /**
   * Measures the training rows, without regard to their weights. Sums are exact, so the result does
   * not depend on partitions.
   *
   * @param rowLength features of a row
   * @param source name of the source, for messages
   * @throws DataException if there are more features than {@link #MOST_FEATURES}
   */
  public static Standardization of(JavaRDD<Packet<RowBlock>> blocks, int rowLength, String source) {
    if (rowLength > MOST_FEATURES) {
      throw DataException.of(
          "too many features to standardize",
          source,
          "at most " + MOST_FEATURES,
          "features=" + rowLength,
          "scale the features before, or set the scale to none",
          null);
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(blocks.context());
    JavaRDD<Packet<ExactSums>> sums =
        blocks.mapPartitions(
            partition -> List.of(new Packet<>(sums(partition, rowLength))).iterator());
    return LoadFaults.named(
        spark,
        source,
        () ->
            Jobs.repeatable(
                spark,
                () ->
                    sums.treeReduce((a, b) -> new Packet<>(a.value().plus(b.value())))
                        .value()
                        .standardization()));
  }

  private static ExactSums sums(Iterator<Packet<RowBlock>> blocks, int rowLength) {
    ExactSums sums = new ExactSums(rowLength);
    float[] row = new float[rowLength];
    while (blocks.hasNext()) {
      RowBlock block = blocks.next().value();
      for (int i = 0; block.part() == Part.TRAINING && i < block.rows().count(); i++) {
        block.rows().features().copyTo((long) i * rowLength, row, 0, rowLength);
        sums.add(row);
      }
    }
    return sums;
  }

  /** Returns standardized rows, as floats. */
  @Override
  public Rows apply(Part part, Rows rows) {
    int length = rows.rowLength();
    float[] standardized = new float[Math.toIntExact(rows.features().length())];
    rows.features().copyTo(0, standardized, 0, standardized.length);
    for (int at = 0; at < standardized.length; at += length) {
      for (int i = 0; i < length; i++) {
        standardized[at + i] = (standardized[at + i] - mean[i]) / deviation[i];
      }
    }
    return rows.withFeatures(new Features.Floats(standardized));
  }

  /** Standardized rows are dense floats. */
  @Override
  public Shape shape(Shape before) {
    return Shape.dense(before.rowLength(), Shape.Kind.FLOATS, before.isWeighted(), before.rows());
  }
}
