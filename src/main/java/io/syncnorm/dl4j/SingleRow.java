package io.syncnorm.dl4j;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Sync;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.RankReduction.Direction;

/**
 * Rejects steps that normalize a single row, whose variance is zero. The rows of a fit are not
 * counted before it starts, so this is checked in each step; the command line and Spark ML check it
 * beforehand.
 */
final class SingleRow {
  private SingleRow() {}

  /**
   * Returns a reduction that rejects single rows, or the given one if all ranks normalize together.
   */
  static RankReduction refusedBy(RankReduction reduction, Configuration configuration) {
    Sync sync = configuration.get(Keys.BATCH_NORM_SYNC);
    if (sync.equals(Sync.GLOBAL)) {
      return reduction;
    }
    return (layer, direction, values, fold, meanwhile) -> {
      reduction.reduce(layer, direction, values, fold, meanwhile);
      if (direction == Direction.FORWARD && values[0] == 1) {
        throw new IllegalArgumentException(
            "cannot normalize a single row, whose variance is zero: expected rows>=2 in every mini-batch of the workers that normalize together (%s = %s), found rows=1; choose another batch size or number of workers"
                .formatted(Keys.BATCH_NORM_SYNC, configuration.write(Keys.BATCH_NORM_SYNC)));
      }
    };
  }
}
