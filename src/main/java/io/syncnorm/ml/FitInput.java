package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.ml.predict.Softmax;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;

/**
 * What a fit is given.
 *
 * @param uid of the classifier
 * @param partitions one per rank
 * @param gathering how the ranks come to their rows
 * @param thresholds of the model; absent where none are set
 */
record FitInput(
    String uid, JavaRDD<RowChunk> partitions, Gathering gathering, Optional<double[]> thresholds) {

  int world() {
    return partitions.getNumPartitions();
  }

  Configuration params() {
    return gathering.params();
  }

  int hiddenLayers() {
    return params().get(Keys.HIDDEN).size();
  }

  /**
   * @throws IllegalArgumentException if the model would have another number of thresholds: better
   *     before it is trained
   */
  void requireThresholds(int classes) {
    thresholds.ifPresent(each -> Softmax.requireThresholds(each, classes));
  }
}
