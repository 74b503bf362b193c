package io.syncnorm.plan;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Keys.Merge;
import io.syncnorm.config.Keys.OptimizerState;
import io.syncnorm.config.Period;
import io.syncnorm.config.Sync;
import io.syncnorm.nn.Moments;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.train.Blueprint;
import java.util.ArrayList;
import java.util.List;

/**
 * What a rank exchanges in training.
 *
 * @param groupSize ranks that normalize together
 * @param statistics bytes of its messages in a step, which are folded over its group
 * @param gradient elements that are averaged in a step
 * @param groupAgreement bytes of its messages before a merge, which are folded over its group
 * @param merged elements that are averaged in a merge
 */
record Traffic(
    int groupSize, List<Long> statistics, long gradient, List<Long> groupAgreement, long merged) {
  /** Bytes of the agreement before a merge: updates, two hashes, weight and wish. */
  static final long AGREEMENT = 5 * Double.BYTES;

  /** Bytes of the agreement of a group, a hash. */
  private static final long GROUP_AGREEMENT = Double.BYTES;

  Traffic {
    statistics = List.copyOf(statistics);
    groupAgreement = List.copyOf(groupAgreement);
  }

  /**
   * The traffic of the configured network.
   *
   * @param inputs values of a row
   */
  static Traffic of(Configuration configuration, int inputs, int world) {
    Blueprint blueprint = Blueprint.of(configuration, inputs);
    ParameterLayout layout = ParameterLayout.of(blueprint.architecture());
    long parameters = layout.parameterCount();
    boolean isGradientMerged = configuration.get(Keys.AVERAGING_MERGE) == Merge.GRADIENTS;
    boolean isStateMerged = configuration.get(Keys.OPTIMIZER_STATE) == OptimizerState.AVERAGE;
    int vectors = 1 + (isStateMerged ? blueprint.optimizer().slots() : 0);
    int groupSize = configuration.get(Keys.BATCH_NORM_SYNC).ranksOf(world);
    return new Traffic(
        groupSize,
        statistics(configuration, layout),
        isGradientMerged ? parameters : 0,
        groupSize > 1 && groupSize < world ? List.of(GROUP_AGREEMENT) : List.of(),
        (isGradientMerged ? 0 : vectors * parameters)
            + (groupSize == world ? 0 : layout.statisticsCount()));
  }

  /**
   * Number of merges in an epoch.
   *
   * @param steps of the epoch
   */
  static long merges(Configuration configuration, long steps) {
    return configuration.get(Keys.AVERAGING_MERGE) == Merge.PARAMETERS
            && configuration.get(Keys.AVERAGING_EVERY) instanceof Period.EverySteps every
        ? (steps + every.steps() - 1) / every.steps()
        : 1;
  }

  private static List<Long> statistics(Configuration configuration, ParameterLayout layout) {
    if (configuration.get(Keys.BATCH_NORM_SYNC).equals(Sync.LOCAL)) {
      return List.of();
    }
    List<Long> bytes = new ArrayList<>();
    for (ParameterLayout.Normalization each : layout.normalizations()) {
      bytes.add((long) Moments.packedLength(each.features()) * Double.BYTES);
      bytes.add(2L * each.features() * Double.BYTES);
    }
    return bytes;
  }
}
