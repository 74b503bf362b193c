package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.DriverLine;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.Seeds;
import io.syncnorm.spark.RankProgram;
import io.syncnorm.spark.Sent;
import java.util.Iterator;
import org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One rank's fit through DL4J's own layers.
 *
 * @param <T> elements of the RDD
 */
record LayerProgram<T>(
    Configuration configuration,
    Sent<NetworkStart> start,
    RowSource<T> source,
    RankListeners listeners,
    Timeline.Recording recording)
    implements RankProgram<T> {
  private static final long serialVersionUID = 1;

  @Override
  public void run(Membership membership, Iterator<T> elements) {
    Communicator communicator = membership.communicator();
    DriverLine driver = membership.driver();
    Timeline timeline = new Timeline(recording);
    long startNanos = System.nanoTime();
    Nd4jLibrary.require("train a network of DL4J's");
    TrainableNetwork network = start.value().open();
    // What a network draws while it trains (dropout, noise) it draws from its thread's generator.
    Nd4j.getRandom()
        .setSeed(
            Seeds.mix(configuration.run().seed(), communicator.rank(), network.iterationCount()));
    VanillaStatsStorageRouter stored = listeners.attach(network, communicator.rank());
    timeline.opened(startNanos);
    RowBatches batches =
        new RowBatches(
            new SourceIterator<>(elements, source),
            configuration.training().batchSize(),
            network.arity());
    batches.load(); // the rows of later steps are a part of these
    membership.awaitLoaded(configuration.training().faults().loadTimeout());
    EpochLoop.Outcome outcome;
    try (SyncScope scope = network.enter(communicator)) {
      outcome =
          new EpochLoop(communicator, configuration.training().averaging().every(), timeline)
              .run(
                  network.epochCount(),
                  new LayerTrainee(
                      network,
                      scope,
                      communicator,
                      configuration.training().averaging().optimizerState(),
                      batches,
                      listeners.hooks()));
    }
    if (communicator.rank() == 0) {
      driver.report(FitReport.of(new FitOutcome(outcome, network.vectors())));
    }
    if (timeline.isRecorded()) {
      driver.report(FitReport.of(timeline));
    }
    RankListeners.send(stored, driver::report);
  }
}
