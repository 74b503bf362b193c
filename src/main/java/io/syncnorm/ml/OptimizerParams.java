package io.syncnorm.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasRegParam;
import org.apache.spark.ml.param.shared.HasSolver;
import org.apache.spark.ml.param.shared.HasStepSize;

/** Params that define how a worker updates its model, and how the workers' models are merged. */
public interface OptimizerParams extends OwnParams, HasRegParam, HasSolver, HasStepSize {
  /** Learning rate. */
  @Override
  default DoubleParam stepSize() {
    return own().get("stepSize");
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasStepSize$_setter_$stepSize_$eq(
      DoubleParam made) {}

  /** Update rule: adam, adamw, sgd, nesterov or rmsprop. */
  @Override
  default Param<String> solver() {
    return own().get("solver");
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasSolver$_setter_$solver_$eq(Param<String> made) {}

  /** Adam's decay of the first moment. */
  default DoubleParam beta1() {
    return own().get("beta1");
  }

  default double getBeta1() {
    return (double) getOrDefault(beta1());
  }

  /** Adam's decay of the second moment. */
  default DoubleParam beta2() {
    return own().get("beta2");
  }

  default double getBeta2() {
    return (double) getOrDefault(beta2());
  }

  /** Adam's and RMSProp's epsilon, which prevents division by zero. */
  default DoubleParam optimizerEpsilon() {
    return own().get("optimizerEpsilon");
  }

  default double getOptimizerEpsilon() {
    return (double) getOrDefault(optimizerEpsilon());
  }

  /** Weight of earlier steps in Nesterov's momentum. */
  default DoubleParam optimizerMomentum() {
    return own().get("optimizerMomentum");
  }

  default double getOptimizerMomentum() {
    return (double) getOrDefault(optimizerMomentum());
  }

  /** RMSProp's decay of the mean square of gradients. */
  default DoubleParam rmsDecay() {
    return own().get("rmsDecay");
  }

  default double getRmsDecay() {
    return (double) getOrDefault(rmsDecay());
  }

  /** L2 penalty, in the gradient of weights. */
  @Override
  default DoubleParam regParam() {
    return own().get("regParam");
  }

  @Override
  default void org$apache$spark$ml$param$shared$HasRegParam$_setter_$regParam_$eq(
      DoubleParam made) {}

  /** Decay of weights beside the gradient. */
  default DoubleParam weightDecay() {
    return own().get("weightDecay");
  }

  default double getWeightDecay() {
    return (double) getOrDefault(weightDecay());
  }

  /** Greatest Euclidean norm of the gradient; 0 for no limit. */
  default DoubleParam clipNorm() {
    return own().get("clipNorm");
  }

  default double getClipNorm() {
    return (double) getOrDefault(clipNorm());
  }

  /** Greatest absolute value of a component of the gradient; 0 for no limit. */
  default DoubleParam clipValue() {
    return own().get("clipValue");
  }

  default double getClipValue() {
    return (double) getOrDefault(clipValue());
  }

  /** How the learning rate changes: constant, step, exponential or cosine. */
  default Param<String> schedule() {
    return own().get("schedule");
  }

  default String getSchedule() {
    return getOrDefault(schedule());
  }

  /** Period of schedule step and exponential: epochs, or "&lt;k&gt; steps". */
  default Param<String> scheduleEvery() {
    return own().get("scheduleEvery");
  }

  default String getScheduleEvery() {
    return getOrDefault(scheduleEvery());
  }

  /** Factor of schedule step and exponential. */
  default DoubleParam scheduleFactor() {
    return own().get("scheduleFactor");
  }

  default double getScheduleFactor() {
    return (double) getOrDefault(scheduleFactor());
  }

  /** Where schedule cosine ends, as a share of the step size. */
  default DoubleParam scheduleFinalShare() {
    return own().get("scheduleFinalShare");
  }

  default double getScheduleFinalShare() {
    return (double) getOrDefault(scheduleFinalShare());
  }

  /** Epochs or "&lt;k&gt; steps" in which the learning rate rises; or none. */
  default Param<String> warmUp() {
    return own().get("warmUp");
  }

  default String getWarmUp() {
    return getOrDefault(warmUp());
  }

  /** How often models are averaged: epoch, step or "&lt;k&gt; steps". */
  default Param<String> averagingFrequency() {
    return own().get("averagingFrequency");
  }

  default String getAveragingFrequency() {
    return getOrDefault(averagingFrequency());
  }

  /** Whether parameters or gradients are averaged. */
  default Param<String> averagingMerge() {
    return own().get("averagingMerge");
  }

  default String getAveragingMerge() {
    return getOrDefault(averagingMerge());
  }

  /** How averaging treats Adam's moments: average, keep or reset. */
  default Param<String> optimizerState() {
    return own().get("optimizerState");
  }

  default String getOptimizerState() {
    return getOrDefault(optimizerState());
  }

  /** The outer optimizer, which applies the averaged difference: none, momentum or nesterov. */
  default Param<String> outerOptimizer() {
    return own().get("outerOptimizer");
  }

  default String getOuterOptimizer() {
    return getOrDefault(outerOptimizer());
  }

  /** Learning rate of the outer optimizer. */
  default DoubleParam outerStepSize() {
    return own().get("outerStepSize");
  }

  default double getOuterStepSize() {
    return (double) getOrDefault(outerStepSize());
  }

  /** Weight of earlier differences in the outer optimizer. */
  default DoubleParam outerMomentum() {
    return own().get("outerMomentum");
  }

  default double getOuterMomentum() {
    return (double) getOrDefault(outerMomentum());
  }

  /** The last epoch in which gradients are averaged at every step. */
  default IntParam localAfterEpoch() {
    return own().get("localAfterEpoch");
  }

  default int getLocalAfterEpoch() {
    return (int) getOrDefault(localAfterEpoch());
  }
}
