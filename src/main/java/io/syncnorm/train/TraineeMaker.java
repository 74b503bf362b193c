package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Shard;
import io.syncnorm.nn.RankReduction;
import java.io.Serializable;

/** Makes each rank's trainee, on the rank: it travels to the executors. */
public interface TraineeMaker extends Serializable {
  /** Makes that of the configured network. */
  TraineeMaker CONFIGURED =
      (configuration, shard, start, reduction) ->
          new FusedTrainee(
              Blueprint.of(configuration, shard.training().rowLength()),
              configuration,
              shard,
              start,
              reduction);

  /**
   * Makes the trainee of one rank.
   *
   * @param shard its rows
   * @param start the model to resume from
   * @param reduction how its batch normalization reaches the other ranks
   */
  Trainee make(Configuration configuration, Shard shard, Snapshot start, RankReduction reduction);

  /** Hidden layers whose drift its results tell. */
  default int hiddenLayers(Configuration configuration) {
    return configuration.get(Keys.HIDDEN).size();
  }
}
