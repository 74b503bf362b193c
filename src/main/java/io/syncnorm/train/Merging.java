package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Keys.Merge;
import io.syncnorm.config.Keys.OptimizerState;
import io.syncnorm.config.Period;
import io.syncnorm.nn.optimizer.OuterOptimizer;
import io.syncnorm.train.EpochReport.Wish;
import io.syncnorm.train.telemetry.MergeObserver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Merges the ranks' models: parameters and optimizer state become their mean over the ranks,
 * weighted by the rows each rank has trained on since the last merge, or by the sum of their
 * weights if rows have weights (local SGD; Stich 2019, "Local SGD Converges Fast and Communicates
 * Little"). Then the outer optimizer makes its step.
 *
 * <p>State that is equal on all ranks by construction is not averaged; its hashes are compared.
 */
final class Merging {
  private final Trainee trainee;
  private final OuterOptimizer outer;
  private final OptimizerState optimizerState;
  private final int groupSize;
  private final RankGroup group;
  private final Communicator communicator;

  /** Vectors to average if each rank has followed its own gradients. */
  private final List<float[]> trained = new ArrayList<>();

  /**
   * Vectors to average in any case: running statistics, unless they are synchronized over all
   * ranks.
   */
  private final List<float[]> statistics;

  /** The gradient of a step, as a list of one vector. */
  private List<float[]> gradients = List.of();

  /**
   * {@code [updates, hash of the statistics, hash of the model, weight of all ranks, wish of rank
   * 0]}.
   */
  private final double[] agreement = new double[5];

  private final double[] groupAgreement = new double[1];
  private final int stepsPerMerge;
  private int stepsSinceMerge;
  private double weightSinceMerge;

  /**
   * @param start snapshot whose outer velocity is resumed
   */
  Merging(Trainee trainee, Snapshot start, Configuration configuration, Communicator communicator) {
    int world = communicator.world();
    this.trainee = trainee;
    this.outer = outer(configuration, trainee.state().parameters().length);
    float[] velocity = outer.velocity();
    Snapshot.requireSame("outerVelocity", velocity.length, start.outerVelocity().length);
    System.arraycopy(start.outerVelocity(), 0, velocity, 0, velocity.length);
    outer.startFrom(trainee.state().parameters());
    this.optimizerState = configuration.get(Keys.OPTIMIZER_STATE);
    this.groupSize = configuration.get(Keys.BATCH_NORM_SYNC).ranksOf(world);
    this.group = RankGroup.of(communicator.rank(), groupSize, world);
    this.communicator = communicator;
    this.stepsPerMerge =
        configuration.get(Keys.AVERAGING_EVERY) instanceof Period.EverySteps every
            ? every.steps()
            : Integer.MAX_VALUE;
    float[] running = trainee.state().statistics();
    this.statistics = groupSize == world || running.length == 0 ? List.of() : List.of(running);
    trained.add(trainee.state().parameters());
    trained.addAll(statistics);
    if (optimizerState == OptimizerState.AVERAGE) {
      trained.addAll(trainee.optimizer().slots());
    }
  }

  /** The configured outer optimizer, before its first step. */
  static OuterOptimizer outer(Configuration configuration, int parameterCount) {
    OuterOptimizer.Variant rule =
        switch (configuration.get(Keys.OUTER_TYPE)) {
          case NONE -> OuterOptimizer.Variant.NONE;
          case MOMENTUM -> OuterOptimizer.Variant.MOMENTUM;
          case NESTEROV -> OuterOptimizer.Variant.NESTEROV;
        };
    return new OuterOptimizer(
        rule,
        configuration.get(Keys.OUTER_LEARNING_RATE),
        configuration.get(Keys.OUTER_MOMENTUM),
        parameterCount);
  }

  /** The velocity of the outer optimizer; the live vector. */
  float[] outerVelocity() {
    return outer.velocity();
  }

  /** Weight of this rank's rows since the last merge. */
  double weightSinceMerge() {
    return weightSinceMerge;
  }

  /**
   * Resumes inside an epoch.
   *
   * @param steps steps since the last merge
   * @param weight weight of this rank's rows in them
   */
  void resume(int steps, double weight) {
    stepsSinceMerge = steps;
    weightSinceMerge = weight;
  }

  void addStep(double weight) {
    stepsSinceMerge++;
    weightSinceMerge += weight;
  }

  /** Whether there were as many steps since the last merge as {@code training.averaging.every}. */
  boolean isDue() {
    return stepsSinceMerge == stepsPerMerge;
  }

  /** Whether there were steps since the last merge. */
  boolean isPending() {
    return stepsSinceMerge > 0;
  }

  /**
   * @param merge the configured kind of merging: parameters now, or gradients at every step so far
   * @param wish what this rank wants of the merged model
   * @return the largest wish of any rank
   */
  Wish merge(long tag, Merge merge, Wish wish, MergeObserver observer) {
    trainee.copyOut();
    agreement[0] = (double) trainee.optimizer().updates();
    agreement[1] = groupSize == communicator.world() ? trainee.statisticsHash() : 0;
    agreement[2] = merge == Merge.GRADIENTS ? hashOfModel() : 0;
    agreement[3] = weightSinceMerge;
    agreement[4] = wish.code();
    communicator.allReduce(tag, agreement, Merging::agree);
    requireAgreement(agreement[1], "running statistics differ though they are synchronized");
    requireAgreement(agreement[2], "models differ though their gradients are averaged");
    if (groupSize > 1 && groupSize < communicator.world()) {
      groupAgreement[0] = trainee.statisticsHash();
      communicator.allReduce(tag, groupAgreement, group, Merging::same);
      requireAgreement(groupAgreement[0], "running statistics differ within a group");
    }
    List<float[]> vectors = merge == Merge.GRADIENTS ? statistics : trained;
    boolean hasTrained = agreement[3] > 0; // else the models are still equal
    observer.beforeMean();
    if (hasTrained && !vectors.isEmpty()) {
      communicator.weightedMean(tag, vectors, weightSinceMerge);
    }
    observer.afterMean(weightSinceMerge);
    stepsSinceMerge = 0;
    weightSinceMerge = 0;
    if (merge == Merge.GRADIENTS) {
      outer.startFrom(trainee.state().parameters());
    } else {
      mergeOptimizers(hasTrained);
    }
    trainee.copyIn();
    return Wish.of(agreement[4]);
  }

  /**
   * Replaces the gradient of this rank's summed loss by that of the mean loss over all ranks.
   *
   * @param own factor that turns the sum into this rank's mean; 0 if its rows have no weight
   * @return factor on the gradient in the update; 0 if no rank's rows have any weight
   */
  float mergeGradients(long tag, float[] gradient, float own, double weight) {
    for (int i = 0; own > 0 && i < gradient.length; i++) {
      gradient[i] *= own;
    }
    if (gradients.isEmpty() || gradients.get(0) != gradient) {
      gradients = List.of(gradient);
    }
    return communicator.weightedMean(tag, gradients, weight) > 0 ? 1f : 0f;
  }

  private void mergeOptimizers(boolean hasTrained) {
    if (hasTrained) {
      trainee.moveBy(outer);
    }
    switch (optimizerState) {
      case AVERAGE -> trainee.optimizer().setUpdates((long) agreement[0]);
      case RESET -> trainee.resetOptimizer();
      case KEEP -> {
        // Each rank keeps its own state.
      }
    }
  }

  private int hashOfModel() {
    int hash = Arrays.hashCode(trainee.state().parameters());
    for (float[] slot : trainee.optimizer().slots()) {
      hash = 31 * hash + Arrays.hashCode(slot);
    }
    return 31 * hash + Long.hashCode(trainee.optimizer().updates());
  }

  private void requireAgreement(double hash, String difference) {
    if (Double.isNaN(hash)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s: rank=%d world=%d; the ranks' machines may compute different results",
              difference,
              communicator.rank(),
              communicator.world()));
    }
  }

  private static void agree(double[] into, double[] other) {
    into[0] = Math.max(into[0], other[0]);
    into[1] = equalOrNan(into[1], other[1]);
    into[2] = equalOrNan(into[2], other[2]);
    into[3] += other[3];
    into[4] = Math.max(into[4], other[4]);
  }

  private static void same(double[] into, double[] other) {
    into[0] = equalOrNan(into[0], other[0]);
  }

  private static double equalOrNan(double hash, double other) {
    return hash == other ? hash : Double.NaN;
  }
}
