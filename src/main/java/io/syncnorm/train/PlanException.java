package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.shard.StepPlan;
import java.util.Locale;
import java.util.Optional;

/** Thrown when the configured network or its steps do not fit the data. */
public final class PlanException extends RuntimeException {
  PlanException(String message) {
    super(message);
  }

  /**
   * Whether every step has the two rows that batch normalization needs: a single row has no
   * variance, so its normalized values are always zero.
   */
  public static boolean isTrainable(Configuration configuration, StepPlan plan) {
    return !configuration.isBatchNormalized()
        || plan.smallestBatch(groupSize(configuration, plan)) >= 2;
  }

  /**
   * @throws PlanException if a step has fewer than two rows to normalize over
   */
  public static void requireTrainable(Configuration configuration, StepPlan plan) {
    if (!isTrainable(configuration, plan)) {
      int groupSize = groupSize(configuration, plan);
      throw new PlanException(
          String.format(
              Locale.ROOT,
              "batch normalization needs at least 2 rows %s in every step: expected rows>=2, found rows=%d in an epoch's last step with training.batch-size=%d world=%d; change training.batch-size or data.limit-train",
              rows(groupSize, plan.world()),
              plan.smallestBatch(groupSize),
              plan.batchSize(),
              plan.world()));
    }
  }

  /**
   * Checks that all steps fit into arrays.
   *
   * @param inputs values of a row in a mini-batch, which holds no zeros of sparse rows
   * @throws PlanException if a step does not fit
   */
  public static void requireFits(Configuration configuration, int inputs, StepPlan plan) {
    Optional<String> tooLarge = ModelSize.tooLarge(configuration, inputs, plan);
    if (tooLarge.isPresent()) {
      throw new PlanException(tooLarge.get());
    }
  }

  private static int groupSize(Configuration configuration, StepPlan plan) {
    return configuration.get(Keys.BATCH_NORM_SYNC).ranksOf(plan.world());
  }

  private static String rows(int groupSize, int world) {
    if (groupSize == world) {
      return "over all ranks";
    }
    return groupSize == 1
        ? "on each rank (sync = local)"
        : String.format(Locale.ROOT, "in each group of ranks (sync = group(%d))", groupSize);
  }
}
