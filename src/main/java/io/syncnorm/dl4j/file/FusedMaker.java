package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.FusedTrainee;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.Trainee;
import io.syncnorm.train.TraineeMaker;

/** Creates a rank's trainee from a DL4J network that the fused engine supports. */
record FusedMaker(Blueprint blueprint) implements TraineeMaker {
  private static final long serialVersionUID = 1;

  @Override
  public int hiddenLayers(Configuration configuration) {
    return blueprint.architecture().widths().size();
  }

  @Override
  public Trainee make(
      Configuration configuration, Shard shard, Snapshot start, RankReduction reduction) {
    return new FusedTrainee(blueprint, configuration, shard, start, reduction);
  }
}
