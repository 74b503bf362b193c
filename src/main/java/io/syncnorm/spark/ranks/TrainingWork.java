package io.syncnorm.spark.ranks;

import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.RankRows;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.state.Arrivals;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import io.syncnorm.train.state.RankStateReport;
import io.syncnorm.train.state.RankStates;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The driver's side of a training: keeps the reports of rank 0, and starts the ranks from the
 * latest one.
 *
 * @param <T> a row
 */
public final class TrainingWork<T> implements RankWork<T> {
  private final String description;
  private final RankData<T> data;
  private final Shape shape;
  private final Queue<HostsEvent> hosts = new ConcurrentLinkedQueue<>();
  private final TimeLeft timeLeft;
  private final Backlog<Progress> backlog = new Backlog<>(progress -> progress.states().release());

  private final Arrivals<EpochReport> arrivals = new Arrivals<>();
  private final LatestProgress latest;
  private long snapshots;
  private Optional<Progress> resumed = Optional.empty();

  /** Freed without the lock, so that freeing does not wait for a report that is being processed. */
  private final AtomicReference<RankOpener.Start> sent = new AtomicReference<>();

  /**
   * The facts of a training that are known before its ranks have read their rows.
   *
   * @param configuration the complete configuration, except what depends on the rows
   * @param hiddenLayers number of hidden layers in its results
   * @param maxReportBytes bytes of the largest {@link EpochReport}
   */
  public record Shape(Configuration configuration, int hiddenLayers, long maxReportBytes) {}

  /**
   * @param description description of the job in Spark's UI
   */
  public TrainingWork(String description, RankData<T> data, Shape shape) {
    this.description = description;
    this.data = data;
    this.shape = shape;
    this.latest = new LatestProgress(shape.configuration);
    this.timeLeft = new TimeLeft(shape.configuration);
  }

  /**
   * Resumes from the progress of an earlier training: its model is sent to the ranks. The states of
   * its ranks are released at the end.
   */
  public synchronized void resume(Progress from) {
    resumed = Optional.of(from);
    latest.resume(from);
  }

  /**
   * Sets the snapshot that the ranks start from, if they build the model from their rows; has no
   * effect if they resume from another.
   */
  public synchronized void begin(Snapshot fresh) {
    latest.begin(fresh);
  }

  /**
   * Trains, and frees the broadcasts.
   *
   * @return the finished training; the caller releases the states of its ranks
   * @throws RuntimeException see {@link RankStage#run}
   */
  public Progress run(JavaSparkContext spark) {
    return run(new RankStage(spark, shape.configuration));
  }

  Progress run(RankStage stage) {
    try {
      if (!hasTrained()) {
        stage.run(this);
      }
      return trained();
    } finally {
      free();
      releaseStates();
    }
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public RankRows<T> rows() {
    return data.rows();
  }

  @Override
  public synchronized Program<T> program(JavaSparkContext spark) {
    free();
    data.started();
    if (!data.isComplete()) {
      resumed.ifPresent(this::resume);
    }
    arrivals.clear(latest.position());
    timeLeft.reached(latest.position(), System.nanoTime());
    if (latest.isSent()) {
      sent.set(RankOpener.Start.of(spark, latest.model(), latest.states()));
    }
    return new Epochs<>(
        data.opener(),
        sent.get(),
        latest.mayStop() ? List.copyOf(latest.history()) : List.of(),
        data.isComplete()
            ? shape.configuration.get(Keys.CHECKPOINT_EVERY)
            : new Period.EveryEpochs(1), // a snapshot inside an epoch would have no use
        shape.maxReportBytes);
  }

  @Override
  public long maxReportBytes() {
    return Math.max(
        RankStateReport.MAX_BYTES, Math.max(shape.maxReportBytes, data.maxReportBytes()));
  }

  @Override
  public void reported(int rank, ReportBytes report) {
    if (RankStateReport.isStateReport(report.first())) {
      addState(rank, report.toArray(RankStateReport.MAX_BYTES));
    } else {
      add(rank, report);
    }
    finishEpochs();
  }

  private void addState(int rank, byte[] report) {
    Position at = RankStateReport.position(report);
    RankState.Shape beside;
    synchronized (this) {
      beside = latest.model().at(at).besides(shape.configuration, shape.hiddenLayers, data.world());
    }
    arrivals.add(rank, report, beside, data.world());
  }

  private synchronized void add(int rank, ReportBytes report) {
    if (EpochReport.isEpochReport(report.first())) {
      EpochReport epoch = EpochReport.decode(report, latest.model(), shape.hiddenLayers);
      Snapshot merged = epoch.snapshot();
      int world = data.world();
      arrivals.add(
          merged.position(),
          epoch,
          merged.besides(shape.configuration, shape.hiddenLayers, world).count(world));
    } else {
      data.reported(rank, report);
    }
  }

  private synchronized void finishEpochs() {
    for (var next = arrivals.poll(); next.isPresent(); next = arrivals.poll()) {
      finish(next.get().report(), next.get().states());
    }
  }

  private void finish(EpochReport epoch, RankStates kept) {
    latest.reached(epoch, kept);
    timeLeft.reached(latest.position(), System.nanoTime());
    snapshots++;
    backlog.add(
        latest.copy(),
        latest.position().isInsideEpoch() ? 0 : 1,
        latest.model().encodedLength() + kept.bytes());
    free(); // all ranks have read the start, which is as large as the model and its optimizer
  }

  private synchronized void releaseStates() {
    arrivals.clear(new Position(0, 0));
    latest.release();
    resumed.ifPresent(from -> from.states().release());
  }

  @Override
  public void hosts(HostsEvent event) {
    hosts.add(event);
  }

  /** Stores the finished epochs. It holds no lock, so reports do not wait. */
  @Override
  public void store() {
    for (HostsEvent event = hosts.poll(); event != null; event = hosts.poll()) {
      data.hosts(event);
    }
    for (var due = backlog.poll(); due.isPresent(); due = backlog.poll()) {
      Progress progress = due.get().state();
      List<EpochResult> results = progress.history();
      try {
        data.finished(
            results.subList(results.size() - due.get().epochs(), results.size()), progress);
      } finally {
        progress.states().release();
      }
    }
  }

  @Override
  public synchronized boolean isComplete() {
    return hasTrained() && data.isComplete();
  }

  private synchronized boolean hasTrained() {
    return latest.hasEnded();
  }

  /** None if ranks that are restarted begin where the first ones did. */
  @Override
  public synchronized long snapshots() {
    return data.isComplete() ? snapshots : 0;
  }

  @Override
  public synchronized double secondsLeft() {
    return data.isComplete() ? timeLeft.seconds(latest.history(), System.nanoTime()) : 0;
  }

  @Override
  public synchronized String progress() {
    return String.format(
        Locale.ROOT, "after %s of %d", latest.position(), shape.configuration.get(Keys.EPOCHS));
  }

  private synchronized Progress trained() {
    if (!hasTrained()) {
      throw new IllegalStateException(
          "the ranks ended without a failure before the last epoch: " + progress());
    }
    return latest.copy();
  }

  private void free() {
    RankOpener.Start last = sent.getAndSet(null);
    if (last != null) {
      Interruption.uninterrupted(last::destroy);
    }
  }
}
