package io.syncnorm.spark;

import io.syncnorm.comm.Communicator;
import io.syncnorm.config.Configuration;
import io.syncnorm.train.EpochListener;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.io.Serializable;

/** What a rank trains its shard with, epoch after epoch. It travels to the executors. */
public interface EpochTrainer extends Serializable {
  /**
   * Trains the remaining epochs.
   *
   * @param start the model to go on from
   * @param listener called on rank 0 after each epoch
   */
  void train(
      Configuration configuration,
      ShardMaker.RankShard own,
      Snapshot start,
      Communicator communicator,
      EpochListener listener);

  /** Hidden layers that its results tell of. */
  int hiddenLayers(Configuration configuration);

  /** The configured network, in fused loops. */
  final class Fused implements EpochTrainer {
    private static final long serialVersionUID = 1L;

    @Override
    public void train(
        Configuration configuration,
        ShardMaker.RankShard own,
        Snapshot start,
        Communicator communicator,
        EpochListener listener) {
      new RankTraining(configuration, own.shard(), own.plan(), start, communicator).run(listener);
    }

    @Override
    public int hiddenLayers(Configuration configuration) {
      return configuration.model().hidden().size();
    }
  }
}
