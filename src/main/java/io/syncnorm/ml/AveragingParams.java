package io.syncnorm.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** Params that define how the workers' models are merged. */
public interface AveragingParams extends OwnParams {
  /** How often models are averaged: epoch, step or "&lt;k&gt; steps". */
  default Param<String> averagingFrequency() {
    return own().averagingFrequency;
  }

  default String getAveragingFrequency() {
    return getOrDefault(averagingFrequency());
  }

  /** Whether parameters or gradients are averaged. */
  default Param<String> averagingMerge() {
    return own().averagingMerge;
  }

  default String getAveragingMerge() {
    return getOrDefault(averagingMerge());
  }

  /** How averaging treats Adam's moments: average, keep or reset. */
  default Param<String> optimizerState() {
    return own().optimizerState;
  }

  default String getOptimizerState() {
    return getOrDefault(optimizerState());
  }

  /** The outer optimizer, which applies the averaged difference: none, momentum or nesterov. */
  default Param<String> outerOptimizer() {
    return own().outerOptimizer;
  }

  default String getOuterOptimizer() {
    return getOrDefault(outerOptimizer());
  }

  /** Learning rate of the outer optimizer. */
  default DoubleParam outerStepSize() {
    return own().outerStepSize;
  }

  default double getOuterStepSize() {
    return (double) getOrDefault(outerStepSize());
  }

  /** Weight of earlier differences in the outer optimizer. */
  default DoubleParam outerMomentum() {
    return own().outerMomentum;
  }

  default double getOuterMomentum() {
    return (double) getOrDefault(outerMomentum());
  }

  /** The last epoch in which gradients are averaged at every step. */
  default IntParam localAfterEpoch() {
    return own().localAfterEpoch;
  }

  default int getLocalAfterEpoch() {
    return (int) getOrDefault(localAfterEpoch());
  }
}
