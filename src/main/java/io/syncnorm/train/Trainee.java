package io.syncnorm.train;

import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.optimizer.Optimizer;
import io.syncnorm.nn.optimizer.OuterOptimizer;
import java.util.List;
import java.util.Optional;

/**
 * A network with its optimizer, as trained by one rank. {@link RankTraining} calls it in this
 * order:
 *
 * <pre>
 * [ startEpoch -> [ load -> step ]* -> endEpoch ]* -> close
 * </pre>
 *
 * <p>Between steps ranks merge: {@link #copyOut}, then {@link #state} and {@link #optimizer} change
 * in place, then {@link #copyIn}. {@link #evaluate} may be called anywhere between steps. Not
 * thread-safe: for the rank's thread only.
 */
public interface Trainee extends AutoCloseable {
  /** The number of {@link #counters}. */
  int COUNTERS = 2;

  /** The callbacks of the training loop within a step. */
  interface Step {
    /**
     * Checks the loss: before the update, if the network makes passes and update separately.
     *
     * @param lossSum over the rows of the mini-batch
     * @throws DivergedException if it is not finite
     */
    void requireFinite(double lossSum);

    /**
     * Prepares the gradient for the update: this rank's own, or the mean over all ranks.
     *
     * @param gradient gradient of the summed loss, flat; may be overwritten
     * @param weight weight of the rows; if it is zero the gradient is not read
     * @return factor on the gradient in the update; 0 for no update
     */
    float scale(float[] gradient, double weight);

    /** Whether {@link #scale} leaves the gradient unchanged. */
    boolean keepsGradient();
  }

  /**
   * Moves to a mini-batch of an epoch; epochs count from 1.
   *
   * @param step steps before it; if not 0, {@link #resume} follows
   * @param stepsPerEpoch 0 if they are not known beforehand
   */
  void startEpoch(int epoch, int step, int stepsPerEpoch);

  /**
   * Counts that belong to this rank: updates made, and those made before the epoch began; current
   * after {@link #copyOut}.
   */
  long[] counters();

  /** Resumes an epoch with the counts that {@link #counters} returned. */
  void resume(long[] counters);

  /**
   * Called where training may later resume inside an epoch, whether or not it ever does: random
   * numbers that follow depend on this step, not on those drawn before.
   */
  default void reseed(int epoch, int step) {}

  /** Loads the next mini-batch and returns its number of rows; 0 when the rank has no rows left. */
  int load();

  /**
   * Does a part of the next {@link #load}. Called within {@link #step}, while the rank would only
   * wait for others, so perhaps never.
   *
   * @return whether there is more to do
   */
  default boolean loadAhead() {
    return false;
  }

  /**
   * Passes the mini-batch forward and backward and updates the parameters. It may have no rows: the
   * rank then still takes part in every exchange, and updates its parameters only if the gradient
   * is the mean over all ranks.
   */
  void step(Step step);

  /** Loss of the last step, weighted and summed over its rows, in nats. */
  double lossSum();

  /** Weight of the last step's rows that were classified correctly; NaN if it is not counted. */
  double correct();

  /** Weight of the last step's rows; their number if rows have no weights. */
  double weightSum();

  /**
   * Called at the end of an epoch with the number of steps, the same on all ranks, including those
   * that ran out of rows.
   *
   * @param steps since {@link #startEpoch}
   */
  default void endEpoch(int steps) {}

  /** Parameters and running statistics; current after {@link #copyOut}. */
  NetworkState state();

  /** The optimizer with its state; current after {@link #copyOut}. */
  Optimizer optimizer();

  /** Copies the learned values to {@link #state} and {@link #optimizer}, if these are not live. */
  default void copyOut() {}

  /**
   * Copies the merged values back from {@link #state} and {@link #optimizer}, if these are not
   * live.
   */
  default void copyIn() {}

  /** Resets the optimizer's state at a merge. */
  default void resetOptimizer() {
    optimizer().reset();
  }

  /** Moves the merged parameters by an outer optimizer; running statistics are unchanged. */
  default void moveBy(OuterOptimizer outer) {
    outer.step(state().parameters());
  }

  /**
   * A vector as long as the parameters, which the caller may overwrite between the last step of an
   * epoch and {@link #endEpoch}; empty if {@link #architecture} is.
   */
  default float[] scratch() {
    return new float[0];
  }

  /** A hash of the running statistics, equal on all ranks of a group that normalizes together. */
  int statisticsHash();

  /**
   * The layers, if the network is a {@link io.syncnorm.nn.network.Network}, for telemetry and
   * recalibration. Empty for any other network.
   */
  Optional<Architecture> architecture();

  /**
   * Evaluates the model on the current mini-batch of {@code test}.
   *
   * @param statistics statistics to predict with: those of {@link #state}, optionally followed by
   *     others
   * @param into receives a score for each of the statistics
   */
  void evaluate(MiniBatches test, int rows, List<float[]> statistics, Evaluation into);

  /** What the user can do when the loss diverges, as text for a message. */
  String remedy();

  @Override
  default void close() {}
}
