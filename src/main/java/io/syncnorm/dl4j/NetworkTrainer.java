package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.TrainingSettings.Shuffle;
import io.syncnorm.data.MiniBatches;
import io.syncnorm.data.RowOrder;
import io.syncnorm.data.Seeds;
import io.syncnorm.data.Shard;
import io.syncnorm.spark.EpochTrainer;
import io.syncnorm.spark.ShardMaker;
import io.syncnorm.train.EpochListener;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A run's epochs with any DL4J network, through its own layers, the normalized synchronized. */
final class NetworkTrainer implements EpochTrainer {
  private static final long serialVersionUID = 1;
  private static final int EVALUATION_ROWS = 256;

  private final MultiLayerConfiguration network;
  private final FeatureNormalizer normalizer;

  /**
   * @param normalizer what features go through before they come to the network
   */
  NetworkTrainer(MultiLayerConfiguration network, FeatureNormalizer normalizer) {
    this.network = network;
    this.normalizer = normalizer;
  }

  @Override
  public int hiddenLayers(Configuration configuration) {
    return 0; // drift is measured of the configured network's layers alone
  }

  @Override
  public void train(
      Configuration configuration,
      ShardMaker.RankShard own,
      Snapshot start,
      Communicator communicator,
      EpochListener listener) {
    Nd4jLibrary.require("train a network of DL4J's");
    TrainableNetwork.Chain chain =
        (TrainableNetwork.Chain)
            new NetworkStart.Chain(network, NetworkSnapshot.vectors(start)).open();
    chain.setIterationCount(Math.toIntExact(start.optimizerUpdates()));
    MiniBatches batches = batches(configuration, own.shard());
    try (SyncScope scope = chain.enter(communicator)) {
      for (int epoch = start.epoch() + 1; epoch <= configuration.training().epochs(); epoch++) {
        EpochResult result =
            new Epoch(configuration, own.shard(), normalizer, chain, scope, communicator)
                .run(epoch, batches);
        if (communicator.rank() == 0) {
          listener.epochFinished(result, NetworkSnapshot.of(epoch, chain));
        }
      }
    }
  }

  private static MiniBatches batches(Configuration configuration, Shard shard) {
    return new MiniBatches(
        shard.training(),
        configuration.training().batchSize(),
        configuration.training().shuffle() == Shuffle.EPOCH
            ? RowOrder.RESHUFFLED_EACH_EPOCH
            : RowOrder.FIXED,
        configuration.run().seed(),
        shard.rank());
  }

  /** One epoch, evaluation included. */
  private record Epoch(
      Configuration configuration,
      Shard shard,
      FeatureNormalizer normalizer,
      TrainableNetwork.Chain chain,
      SyncScope scope,
      Communicator communicator) {

    EpochResult run(int epoch, MiniBatches batches) {
      long startNanos = System.nanoTime();
      MultiLayerNetwork network = chain.network();
      // As if never interrupted: what the epoch draws, and what schedules see, depends on it alone.
      Nd4j.getRandom().setSeed(Seeds.mix(configuration.run().seed(), communicator.rank(), epoch));
      network.setEpochCount(epoch - 1);
      int iterations = network.getIterationCount();
      batches.startEpoch(epoch);
      int classes = configuration.data().classes();
      OutputHits hits = new OutputHits();
      network.setListeners(hits);
      Clock clock = new Clock(communicator);
      EpochLoop.Outcome outcome =
          new EpochLoop(
                  communicator,
                  configuration.training().averaging().every(),
                  new Timeline(Timeline.Recording.OFF))
              .run(
                  epoch,
                  clock.timing(
                      new LayerTrainee(
                          chain,
                          scope,
                          communicator,
                          configuration.training().averaging().optimizerState(),
                          hits.watching(new ImageBatches(batches, classes, normalizer)),
                          List.of())));
      network.setListeners(List.of());
      network.setIterationCount(iterations + outcome.steps());
      double[] times = clock.read();
      communicator.allReduce(
          Tag.of(epoch, outcome.steps() + 2, 0, Kind.EPOCH_TOTALS), times, Epoch::add);
      communicator.allReduce(
          Tag.of(epoch, outcome.steps() + 3, 0, Kind.EPOCH_TOTALS),
          hits.score().sums(),
          Epoch::add);
      NetworkScore test = evaluate(epoch);
      int world = communicator.world();
      return new EpochResult(
          epoch,
          outcome.meanLoss(),
          hits.score().accuracy(),
          test.meanLoss(),
          test.accuracy(),
          outcome.rows(),
          new EpochResult.Times(
              1e-9 * (System.nanoTime() - startNanos),
              times[0] / world,
              times[1] / world,
              times[2] / world,
              times[3] / world),
          new EpochResult.Exchanges(Double.NaN, Double.NaN),
          new EpochResult.Score(Double.NaN, Double.NaN),
          List.of());
    }

    private NetworkScore evaluate(int epoch) {
      NetworkScore score = new NetworkScore();
      MiniBatches rows = MiniBatches.inOrder(shard.test(), EVALUATION_ROWS);
      rows.startEpoch(epoch);
      ImageBatches batches = new ImageBatches(rows, configuration.data().classes(), normalizer);
      while (batches.hasNext()) {
        MultiDataSet batch = batches.next();
        score.add(chain.network().output(batch.getFeatures(0)), batch);
      }
      communicator.allReduce(Tag.of(epoch, 0, 0, Kind.EVALUATION), score.sums(), Epoch::add);
      return score;
    }

    private static void add(double[] into, double[] other) {
      for (int i = 0; i < into.length; i++) {
        into[i] += other[i];
      }
    }
  }

  /** Divides the epoch's steps into computing, exchanging, waiting and merging. */
  private static final class Clock {
    private final Communicator communicator;
    private final Communicator.Times before;
    private final long startNanos = System.nanoTime();
    private long mergeNanos;
    private long mergeWaitNanos;
    private long mergeExchangeNanos;

    Clock(Communicator communicator) {
      this.communicator = communicator;
      this.before = communicator.times();
    }

    EpochLoop.Trainee timing(EpochLoop.Trainee trainee) {
      return new EpochLoop.Trainee() {
        @Override
        public int load() {
          return trainee.load();
        }

        @Override
        public double step(int epoch, int step) {
          return trainee.step(epoch, step);
        }

        @Override
        public void merge(long tag, double weight) {
          long start = System.nanoTime();
          Communicator.Times then = communicator.times();
          trainee.merge(tag, weight);
          Communicator.Times now = communicator.times();
          mergeNanos += System.nanoTime() - start;
          mergeWaitNanos += now.waitNanos() - then.waitNanos();
          mergeExchangeNanos += now.exchangeNanos() - then.exchangeNanos();
        }
      };
    }

    /** Seconds of computing, exchanging, waiting and merging. */
    double[] read() {
      Communicator.Times now = communicator.times();
      long wait = now.waitNanos() - before.waitNanos() - mergeWaitNanos;
      long exchange = now.exchangeNanos() - before.exchangeNanos() - mergeExchangeNanos;
      return new double[] {
        1e-9 * (System.nanoTime() - startNanos - mergeNanos - exchange),
        1e-9 * (exchange - wait),
        1e-9 * wait,
        1e-9 * mergeNanos
      };
    }
  }
}
