package io.syncnorm.ml;

import io.syncnorm.ml.predict.Thresholds;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;

/**
 * What a fit is given.
 *
 * @param uid of the classifier
 * @param partitions one per rank
 * @param inputs features of a row
 * @param thresholds of the model; absent where none are set
 */
record FitInput(
    String uid,
    JavaRDD<RowChunk> partitions,
    FitSettings settings,
    FitColumns columns,
    LabelRange labelRange,
    int inputs,
    Optional<double[]> thresholds) {

  int world() {
    return partitions.getNumPartitions();
  }

  /**
   * @throws IllegalArgumentException if the model would have another number of thresholds: better
   *     before it is trained
   */
  void requireThresholds(int classes) {
    thresholds.ifPresent(each -> Thresholds.require(each, classes));
  }

  Gathering gathering() {
    return new Gathering(settings, columns, labelRange, inputs);
  }
}
