package io.syncnorm.train;

import io.syncnorm.config.BatchNormSettings;
import io.syncnorm.config.BatchNormSettings.Sync;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.StepPlan;

/** The configuration and the data together make a step that cannot be trained. */
public final class PlanException extends RuntimeException {
  private PlanException(String message) {
    super(message);
  }

  /**
   * Batch normalization of a single row would always give zero: its variance is zero.
   *
   * @throws PlanException if a step has fewer than two rows to normalize over
   */
  public static void requireTrainable(Configuration configuration, StepPlan plan) {
    BatchNormSettings batchNorm = configuration.model().batchNorm();
    if (!batchNorm.enabled()) {
      return;
    }
    boolean global = batchNorm.sync() == Sync.GLOBAL;
    long smallest = global ? plan.smallestGlobalBatch() : plan.smallestLocalBatch();
    if (smallest < 2) {
      throw new PlanException(
          "batch normalization needs at least 2 rows %s in every step: expected rows>=2, found rows=%d in an epoch's last step with training.batch-size=%d world=%d; change training.batch-size or data.limit-train"
              .formatted(
                  global ? "over all ranks" : "on each rank (sync = local)",
                  smallest,
                  plan.batchSize(),
                  plan.world()));
    }
  }
}
