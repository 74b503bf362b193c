package io.syncnorm.ml;

import org.apache.spark.api.java.JavaRDD;

/**
 * What a fit is given.
 *
 * @param uid of the classifier
 * @param partitions one per rank
 * @param inputs features of a row
 */
record FitInput(
    String uid,
    JavaRDD<RowChunk> partitions,
    FitSettings settings,
    FitColumns columns,
    LabelRange labelRange,
    int inputs) {

  int world() {
    return partitions.getNumPartitions();
  }

  Gathering gathering() {
    return new Gathering(settings, columns, labelRange, inputs);
  }
}
