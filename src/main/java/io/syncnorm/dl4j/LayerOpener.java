package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Seeds;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.dl4j.layer.LayerTrainee;
import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.dl4j.layer.RowBatches;
import io.syncnorm.dl4j.layer.RowSource;
import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.spark.ranks.RankOpener;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.util.Iterator;
import java.util.Optional;
import org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Prepares a rank's fit with DL4J's own layers. Data sets stream through the rank and are not
 * counted beforehand.
 *
 * @param <T> type of the RDD's elements
 */
record LayerOpener<T>(
    Configuration configuration,
    NetworkShape shape,
    RowSource<T> source,
    RankListeners listeners,
    Timeline.Recording recording)
    implements RankOpener<T> {
  private static final long serialVersionUID = 1;

  /** A fit evaluates nothing, so there are no test rows. */
  private static final RowStore NONE = RowStore.of(Rows.none(1));

  @Override
  public Optional<RankTraining> open(
      Membership membership, Iterator<T> elements, Optional<Start> start) {
    Communicator ranks = membership.communicator();
    VanillaStatsStorageRouter stored = new VanillaStatsStorageRouter();
    Timeline timeline =
        new Timeline(recording, membership, () -> RankListeners.send(stored, membership::report));
    long startNanos = System.nanoTime();
    Nd4jLibrary.require("train a DL4J network");
    Snapshot from = start.orElseThrow().of(ranks.rank());
    TrainableNetwork network = shape.open(from);
    listeners.attach(network, ranks.rank(), stored);
    timeline.opened(startNanos);
    RowBatches batches =
        new RowBatches(source.over(elements), configuration.get(Keys.BATCH_SIZE), network.arity());
    batches.load(); // before the deadline for loading; later steps read as they go
    ranks.awaitLoaded(configuration.get(Keys.LOAD_TIMEOUT));
    return Optional.of(
        new RankTraining(
            configuration,
            new Shard(ranks.rank(), ranks.world(), NONE, NONE),
            Optional.empty(),
            reduction ->
                new LayerTrainee(
                    configuration,
                    network,
                    new StreamedRows(
                        batches, configuration.get(Keys.SEED), ranks.rank(), iterations(from)),
                    listeners.hooks(),
                    Optional.empty(),
                    SingleRow.refusedBy(reduction, configuration)),
            from,
            ranks,
            timeline));
  }

  /** Iterations of the network before this fit. */
  private static long iterations(Snapshot from) {
    return from.position().isInsideEpoch() ? from.own().counters()[1] : from.optimizerUpdates();
  }

  /**
   * The rows of a fit, once.
   *
   * @param iterations of the network before the fit, so that each fit draws other random numbers
   */
  private record StreamedRows(RowBatches batches, long seed, int rank, long iterations)
      implements LayerTrainee.LayerRows {
    @Override
    public Iterator<MultiDataSet> epoch(int epoch) {
      reseed(epoch, 0);
      return batches;
    }

    /** Dropout and noise draw from the generator of the network's thread. */
    @Override
    public void reseed(int epoch, int step) {
      Nd4j.getRandom().setSeed(Seeds.mix(seed, rank, iterations + step));
    }
  }
}
