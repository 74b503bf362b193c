package io.syncnorm.spark;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains one model: one barrier job over all ranks, from a snapshot to the last epoch, and again
 * from the last finished epoch when a rank is lost.
 */
public final class TrainingJob {
  private final JavaSparkContext spark;
  private final RankData<?> data;
  private final EpochTrainer trainer;

  /**
   * @param data its number of partitions is the world
   */
  public TrainingJob(JavaSparkContext spark, RankData<?> data) {
    this(spark, data, new EpochTrainer.Fused());
  }

  /** The same with another trainer than that of the configured network. */
  public TrainingJob(JavaSparkContext spark, RankData<?> data, EpochTrainer trainer) {
    this.spark = spark;
    this.data = data;
    this.trainer = trainer;
  }

  /**
   * @param description what Spark's pages call the job
   * @param store keeps finished epochs while the job runs, on a thread of the driver; training runs
   *     ahead of a slow one and waits for it at the end, so it must have deadlines of its own
   * @return the merged model after the last epoch
   * @throws SparkSettingException if Spark is set up in a way that ranks cannot train with
   * @throws TaskSlots.SlotsException if the ranks cannot all run at once
   * @throws RankFailedException if a rank fails, or ranks are lost too often
   * @throws java.util.concurrent.CancellationException if the job was cancelled
   */
  public Snapshot run(
      String description, Configuration configuration, Snapshot start, EpochStore store) {
    data.requireTrainable(configuration);
    Epochs<?> epochs = new Epochs<>(data, description, configuration, start, store);
    try {
      new RankStage(spark, configuration.training().faults()).run(epochs);
    } finally {
      epochs.forget();
    }
    return epochs.trained();
  }

  /** All epochs that remain, from the last snapshot that was reported. */
  private final class Epochs<T> implements RankWork<T> {
    private final RankData<T> from;
    private final String description;
    private final Configuration configuration;
    private final EpochStore store;

    private final Queue<EpochResult> results = new ConcurrentLinkedQueue<>();
    private final Backlog<Snapshot> backlog = new Backlog<>();
    private volatile Snapshot latest;
    private Sent<Snapshot> sent;

    Epochs(
        RankData<T> from,
        String description,
        Configuration configuration,
        Snapshot start,
        EpochStore store) {
      this.from = from;
      this.description = description;
      this.configuration = configuration;
      this.store = store;
      this.latest = start;
    }

    @Override
    public String description() {
      return description;
    }

    @Override
    public JavaRDD<T> partitions() {
      return from.partitions();
    }

    @Override
    public RankProgram<T> program() {
      forget();
      sent = Sent.of(spark, latest);
      return new TrainingProgram<>(configuration, trainer, from.maker(), sent);
    }

    @Override
    public int maxReportBytes() {
      return EpochReport.mostEncodedLength(latest, hiddenLayers());
    }

    @Override
    public void reported(int rank, byte[] payload) {
      EpochReport report = EpochReport.decode(payload, latest, hiddenLayers());
      latest = report.snapshot();
      results.add(report.result());
      backlog.add(report.snapshot(), report.snapshot().encodedLength());
    }

    @Override
    public void store() {
      for (var due = backlog.poll(); due.isPresent(); due = backlog.poll()) {
        List<EpochResult> finished =
            Stream.generate(results::remove).limit(due.get().epochs()).toList();
        store.finished(finished, due.get().state());
      }
    }

    @Override
    public boolean isComplete() {
      return latest.epoch() == configuration.training().epochs();
    }

    @Override
    public String progress() {
      return String.format(
          Locale.ROOT, "after epoch %d of %d", latest.epoch(), configuration.training().epochs());
    }

    private int hiddenLayers() {
      return trainer.hiddenLayers(configuration);
    }

    Snapshot trained() {
      if (!isComplete()) {
        throw new IllegalStateException(
            "the ranks ended without a failure before the last epoch: epoch=" + latest.epoch());
      }
      return latest;
    }

    void forget() {
      if (sent != null) {
        Interruption.despite(sent::destroy);
        sent = null;
      }
    }
  }

  /** One rank's epochs. */
  private record TrainingProgram<T>(
      Configuration configuration, EpochTrainer trainer, ShardMaker<T> maker, Sent<Snapshot> start)
      implements RankProgram<T> {
    @Override
    public void run(Membership membership, Iterator<T> rows) throws Exception {
      Communicator communicator = membership.communicator();
      ShardMaker.RankShard own = maker.make(communicator.rank(), communicator.world(), rows);
      Snapshot from = start.value();
      membership.awaitLoaded(configuration.training().faults().loadTimeout());
      trainer.train(
          configuration,
          own,
          from,
          communicator,
          (result, snapshot) ->
              membership.driver().report(new EpochReport(result, snapshot).encode()));
    }
  }
}
