package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.ml.predict.Softmax;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;

/**
 * The input of a fit.
 *
 * @param uid the classifier's uid
 * @param partitions rows, one partition per rank
 * @param gathering how the ranks gather their rows
 * @param thresholds the model's thresholds; empty if none are set
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
   * Checks the number of thresholds before training.
   *
   * @throws IllegalArgumentException if there is not one threshold per class
   */
  void requireThresholds(int classes) {
    thresholds.ifPresent(each -> Softmax.requireThresholds(each, classes));
  }
}
