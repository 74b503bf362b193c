package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.dl4j.NetworkShape;
import io.syncnorm.dl4j.layer.LayerTrainee;
import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.dl4j.layer.OutputHits;
import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.model.FeatureNormalizer;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.Trainee;
import io.syncnorm.train.TraineeMaker;
import java.util.List;
import java.util.Optional;

/**
 * Creates a rank's trainee from any DL4J network, with synchronized batch normalization.
 *
 * @param normalizer applied to features before the network
 */
record LayerMaker(NetworkShape shape, FeatureNormalizer normalizer) implements TraineeMaker {
  private static final long serialVersionUID = 1;

  @Override
  public int hiddenLayers(Configuration configuration) {
    return 0; // drift is measured only for networks that the configuration describes
  }

  @Override
  public Trainee make(
      Configuration configuration, Shard shard, Snapshot start, RankReduction reduction) {
    Nd4jLibrary.require("train a DL4J network");
    TrainableNetwork network = shape.open(start);
    network.setEpochCount(
        0); // learning rate schedules count the run's epochs, not those in the file
    OutputHits hits = new OutputHits();
    network.model().setListeners(hits);
    return new LayerTrainee(
        configuration,
        network,
        new ImageRows(configuration, shard, normalizer),
        List.of(),
        Optional.of(hits),
        reduction);
  }
}
