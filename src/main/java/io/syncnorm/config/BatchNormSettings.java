package io.syncnorm.config;

import java.io.Serializable;

/**
 * Batch normalization.
 *
 * @param momentum weight of the past in the running statistics, {@code running = momentum*running +
 *     (1-momentum)*batch} (Keras' convention)
 * @param epsilon added to the biased variance under the root
 * @param sync whose rows the batch statistics cover
 */
public record BatchNormSettings(boolean enabled, double momentum, double epsilon, Sync sync)
    implements Serializable {

  /** Whose rows the batch statistics cover. */
  public enum Sync {
    /** The mini-batches of all ranks together. */
    GLOBAL,
    /** Each rank's own mini-batch only. */
    LOCAL
  }

  public BatchNormSettings {
    Keys.BATCH_NORM_ENABLED.require(enabled);
    Keys.BATCH_NORM_MOMENTUM.require(momentum);
    Keys.BATCH_NORM_EPSILON.require(epsilon);
    Keys.BATCH_NORM_SYNC.require(sync);
  }

  BatchNormSettings withEnabled(boolean newEnabled) {
    return new BatchNormSettings(newEnabled, momentum, epsilon, sync);
  }
}
