package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Keys.Shuffle;
import io.syncnorm.data.MiniBatches;
import io.syncnorm.data.RowOrder;
import io.syncnorm.data.Seeds;
import io.syncnorm.data.Shard;
import io.syncnorm.dl4j.NetworkShape;
import io.syncnorm.dl4j.layer.LayerTrainee;
import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.dl4j.layer.OutputHits;
import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.Trainee;
import io.syncnorm.train.TraineeMaker;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes any DL4J network a rank's trainee, through its own layers, the normalized synchronized.
 *
 * @param normalizer what features go through before they come to the network
 */
record LayerMaker(MultiLayerConfiguration network, FeatureNormalizer normalizer)
    implements TraineeMaker {
  private static final long serialVersionUID = 1;

  @Override
  public int hiddenLayers(Configuration configuration) {
    return 0; // drift is measured of the configured network's layers alone
  }

  @Override
  public Trainee make(
      Configuration configuration, Shard shard, Snapshot start, RankReduction reduction) {
    Nd4jLibrary.require("train a network of DL4J's");
    TrainableNetwork chain = new NetworkShape.Chain(network).open(start);
    OutputHits hits = new OutputHits();
    chain.setListeners(List.of(hits));
    return new LayerTrainee(
        chain,
        new ShardRows(configuration, shard, normalizer),
        List.of(),
        Optional.of(hits),
        reduction);
  }

  /** The rows of a shard as DL4J takes them. */
  private static final class ShardRows implements LayerTrainee.LayerRows {
    private final Configuration configuration;
    private final int rank;
    private final FeatureNormalizer normalizer;
    private final MiniBatches training;

    ShardRows(Configuration configuration, Shard shard, FeatureNormalizer normalizer) {
      this.configuration = configuration;
      this.rank = shard.rank();
      this.normalizer = normalizer;
      this.training =
          new MiniBatches(
              shard.training(),
              configuration.get(Keys.BATCH_SIZE),
              configuration.get(Keys.SHUFFLE) == Shuffle.EPOCH
                  ? RowOrder.RESHUFFLED_EACH_EPOCH
                  : RowOrder.FIXED,
              configuration.get(Keys.SEED),
              shard.rank());
    }

    @Override
    public Iterator<MultiDataSet> epoch(int epoch) {
      // As if never interrupted: what the epoch draws depends on it alone.
      Nd4j.getRandom().setSeed(Seeds.mix(configuration.get(Keys.SEED), rank, epoch));
      training.startEpoch(epoch);
      return new ImageBatches(training, configuration.get(Keys.CLASSES), normalizer);
    }

    @Override
    public float[] features(MiniBatches test, int count) {
      return ImageBatches.features(test, count, normalizer);
    }
  }
}
