package io.syncnorm.dl4j;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Sync;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.RankReduction.Direction;

/**
 * Refuses steps that normalize a single row, whose variance is zero. Nobody counts the rows of a
 * fit before it begins; other doors do, and refuse or avoid such steps beforehand.
 */
final class SingleRow {
  private SingleRow() {}

  /** The reduction of a fit whose ranks do not all normalize together; any other as it is. */
  static RankReduction refusedBy(RankReduction reduction, Configuration configuration) {
    Sync sync = configuration.get(Keys.BATCH_NORM_SYNC);
    if (sync.equals(Sync.GLOBAL)) {
      return reduction;
    }
    return (layer, direction, values, fold) -> {
      reduction.reduce(layer, direction, values, fold);
      if (direction == Direction.FORWARD && values[0] == 1) {
        throw new IllegalArgumentException(
            "batch normalization met a single row, whose variance is zero: expected rows>=2 of workers that normalize together (%s = %s) in every mini-batch; choose another batch size or number of workers"
                .formatted(Keys.BATCH_NORM_SYNC, configuration.write(Keys.BATCH_NORM_SYNC)));
      }
    };
  }
}
