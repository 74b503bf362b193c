package io.syncnorm.train;

import io.syncnorm.data.MiniBatches;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.OuterOptimizer;
import java.util.List;
import java.util.Optional;

/**
 * A network with its optimizer, as one rank trains it. {@link RankTraining} is the loop around it:
 *
 * <pre>
 * [ startEpoch -> [ load -> step ]* -> endEpoch ]* -> close
 * </pre>
 *
 * <p>Between steps ranks merge: {@link #copyOut}, then {@link #state} and {@link #optimizer} change
 * in place, then {@link #copyIn}. {@link #evaluate} may stand anywhere between steps. For the
 * rank's thread alone.
 */
public interface Trainee extends AutoCloseable {
  /** What the loop does in the middle of a step. */
  interface Step {
    /**
     * Takes note of the loss before anything follows from it.
     *
     * @param lossSum over the rows of the mini-batch
     * @throws DivergedException if it is not finite
     */
    void requireFinite(double lossSum);

    /**
     * Makes the gradient that which this rank follows: its own, or the mean of all ranks'.
     *
     * @param gradient of the summed loss, flat; perhaps overwritten
     * @param weight of the rows; where it is zero the gradient is not read
     * @return factor on the gradient in the update; 0 where there is none to make
     */
    float scale(float[] gradient, double weight);
  }

  /** Goes to the first mini-batch of an epoch, which are counted from 1. */
  void startEpoch(int epoch);

  /** Loads the next mini-batch and says how many rows it has; 0 when the rank has run out. */
  int load();

  /**
   * Passes the mini-batch forward and backward and updates the parameters. It may have no rows: the
   * rank then takes part in every exchange, and updates nothing unless the gradient is that of all.
   */
  void step(Step step);

  /** Loss of the last step, weighted and summed over its rows, in nats. */
  double lossSum();

  /** Weight of the last step's rows that were classified correctly; NaN where nobody counts. */
  double correct();

  /** Weight of the last step's rows: their number, where none has its own. */
  double weightSum();

  /**
   * All ranks have made so many steps in the epoch, though this one may have run out of rows.
   *
   * @param steps since {@link #startEpoch}
   */
  default void endEpoch(int steps) {}

  /** Parameters and running statistics; current after {@link #copyOut}. */
  NetworkState state();

  /** What the optimizer remembers; current after {@link #copyOut}. */
  Optimizer optimizer();

  /** Copies what was learned to {@link #state} and {@link #optimizer}, if these are not live. */
  default void copyOut() {}

  /** Takes over what has become of {@link #state} and {@link #optimizer}. */
  default void copyIn() {}

  /** Makes the optimizer forget, at a merge. */
  default void resetOptimizer() {
    optimizer().reset();
  }

  /** Moves the merged parameters by an outer optimizer; running statistics stay. */
  default void moveBy(OuterOptimizer outer) {
    outer.step(state().parameters());
  }

  /** A hash of the running statistics that ranks which normalize together have in common. */
  int statisticsHash();

  /**
   * Its layers, where they are those of {@link io.syncnorm.nn.Network}: what telemetry and
   * recalibration look into. Empty for any other network.
   */
  Optional<Architecture> architecture();

  /**
   * Measures the model on the mini-batch that {@code test} is at.
   *
   * @param statistics to predict with: those of {@link #state}, then perhaps others
   * @param into takes a score for each of them
   */
  void evaluate(MiniBatches test, int rows, List<float[]> statistics, Evaluation into);

  /** What to do when its loss diverges, in words for its user. */
  String remedy();

  @Override
  default void close() {}
}
