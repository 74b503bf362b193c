package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.nn.RankReduction;
import java.io.Serializable;

/** Creates each rank's trainee on the rank, so it is serialized to the executors. */
public interface TraineeMaker extends Serializable {
  /** Creates the trainee of the configured network. */
  TraineeMaker CONFIGURED =
      (configuration, shard, start, reduction) ->
          new FusedTrainee(
              Blueprint.of(configuration, shard.training().rowLength()),
              configuration,
              shard,
              start,
              reduction);

  /**
   * Creates the trainee of one rank.
   *
   * @param shard the rank's rows
   * @param start the model to resume from
   * @param reduction reduces the statistics of batch normalization over the ranks
   */
  Trainee make(Configuration configuration, Shard shard, Snapshot start, RankReduction reduction);

  /** Number of hidden layers whose drift is part of the results. */
  default int hiddenLayers(Configuration configuration) {
    return configuration.hiddenLayers();
  }
}
