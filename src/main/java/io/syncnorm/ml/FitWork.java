package io.syncnorm.ml;

import io.syncnorm.checkpoint.Checkpoint;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Configuration;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.nn.Architecture;
import io.syncnorm.spark.Backlog;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.RankProgram;
import io.syncnorm.spark.RankWork;
import io.syncnorm.spark.Sent;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.EarlyStopping;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.ModelSize;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The driver's side of a fit: keeps what rank 0 reports, and the best model of it. */
final class FitWork implements RankWork<RowChunk> {
  private static final Logger LOG = LoggerFactory.getLogger(FitWork.class);

  private final FitInput input;
  private final FitSettings settings;
  private final Optional<FitCheckpoints> folder;
  private final List<EpochResult> history = new ArrayList<>();
  private final EarlyStopping stopping;
  private final Backlog<Checkpoint> backlog = new Backlog<>();
  private final int maxReportBytes;
  private volatile Optional<Checkpoints> checkpoints = Optional.empty();
  private FitReport.Agreed rows;
  private Configuration configuration;
  private Snapshot latest;
  private Snapshot best;

  /** Forgotten by a caller who waits for no report that is being taken. */
  private final AtomicReference<Sent<Snapshot>> sent = new AtomicReference<>();

  /**
   * @throws IllegalArgumentException if the network is too large
   */
  FitWork(FitInput input, Optional<FitCheckpoints> folder) {
    this.input = input;
    this.settings = input.settings();
    this.folder = folder;
    this.stopping = new EarlyStopping(Math.max(1, settings.earlyStoppingRounds()));
    Configuration largest =
        settings.configuration(input.labelRange().classes(), settings.batchSize());
    int epoch =
        FitReport.EPOCH_EXTRA_BYTES
            + EpochReport.encodedLength(
                ModelSize.snapshotBytes(largest, input.inputs()), settings.hiddenLayers());
    this.maxReportBytes = Math.max(FitReport.SMALL_BYTES, epoch);
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT, "%s: %d epochs on %d workers", input.uid(), settings.epochs(), input.world());
  }

  @Override
  public JavaRDD<RowChunk> partitions() {
    return input.partitions();
  }

  @Override
  public synchronized RankProgram<RowChunk> program() {
    forget();
    FitProgram.Start start = RankTraining::freshModel;
    if (!history.isEmpty()) {
      Sent<Snapshot> goOn =
          Sent.of(JavaSparkContext.fromSparkContext(partitions().context()), latest);
      sent.set(goOn);
      start = (known, sameInputs) -> goOn.value();
    }
    return new FitProgram(input.gathering(), List.copyOf(history), start);
  }

  @Override
  public int maxReportBytes() {
    return maxReportBytes;
  }

  /**
   * Goes on from the last good checkpoint, if there is one.
   *
   * @throws io.syncnorm.checkpoint.AnotherRunException if it is of other params or rows
   */
  synchronized void goOn(FitReport.Agreed agreed) {
    agreed(agreed);
    Optional<Checkpoint> last = checkpoints.flatMap(each -> each.latest(latest));
    if (last.isPresent()) {
      latest = last.get().snapshot();
      best = last.get().best().orElse(latest);
      last.get().history().forEach(this::remember);
      LOG.info("{}: going on {}", input.uid(), progress());
    }
  }

  @Override
  public synchronized void reported(int rank, byte[] payload) {
    FitReport report = FitReport.decode(payload);
    if (report instanceof FitReport.Refusal refusal) {
      throw new IllegalArgumentException(refusal.message());
    } else if (report instanceof FitReport.Agreed agreed) {
      agreed(agreed);
    } else {
      epoch(
          EpochReport.decode(((FitReport.Epoch) report).report(), latest, settings.hiddenLayers()));
    }
  }

  private void agreed(FitReport.Agreed agreed) {
    requireSameRows(agreed);
    input.requireThresholds(agreed.classes());
    rows = agreed;
    configuration = settings.configuration(agreed.classes(), agreed.batchSize());
    checkpoints = folder.map(each -> each.of(agreed));
    if (agreed.batchSize() != settings.batchSize()) {
      LOG.warn(
          "{}: batchSize={} instead of {}, so that batch normalization never meets a single row",
          input.uid(),
          agreed.batchSize(),
          settings.batchSize());
    }
    if (history.isEmpty()) {
      latest = RankTraining.freshModel(configuration, input.inputs());
    }
  }

  /** A checkpoint of rows that are never read again would promise too much. */
  private void requireSameRows(FitReport.Agreed agreed) {
    if (folder.isPresent() && !history.isEmpty() && !agreed.equals(rows)) {
      throw new IllegalArgumentException(
          "the rows have changed since they were read before: expected %s, found %s; with checkpointDir each reading must give the same rows in the same partitions: write them or persist them first"
              .formatted(rows, agreed));
    }
  }

  private void epoch(EpochReport report) {
    latest = report.snapshot();
    if (remember(report.result()) || settings.earlyStoppingRounds() == 0) {
      best = latest;
    }
    LOG.debug("{}: {}", input.uid(), report.result());
    if (checkpoints.isPresent()) {
      Optional<Snapshot> earlier =
          Optional.ofNullable(best).filter(each -> each.epoch() < latest.epoch());
      backlog.add(new Checkpoint(history, latest, earlier), latest.encodedLength());
    }
  }

  /** Without holding up reports: nothing is locked. */
  @Override
  public void store() {
    for (var due = backlog.poll(); due.isPresent(); due = backlog.poll()) {
      checkpoints.orElseThrow().write(due.get().state(), due.get().epochs());
    }
  }

  /** Returns whether it is the best epoch so far. */
  private boolean remember(EpochResult result) {
    history.add(result);
    stopping.isLast(result);
    return stopping.bestEpoch() == result.epoch();
  }

  @Override
  public synchronized String progress() {
    return String.format(Locale.ROOT, "after epoch %d of %d", history.size(), settings.epochs());
  }

  void forget() {
    Sent<Snapshot> last = sent.getAndSet(null);
    if (last != null) {
      Interruption.despite(last::destroy);
    }
  }

  /** Removes the checkpoints of a fit that is complete: the next one is to train afresh. */
  synchronized void clear() {
    try {
      checkpoints.ifPresent(Checkpoints::clear);
    } catch (UnwritableException e) {
      // No reason to give the model up.
      LOG.warn(
          "{}: its checkpoints are left behind and must be deleted before another fit: {}",
          input.uid(),
          e.getMessage());
    }
  }

  synchronized SyncBatchNormClassificationModel model() {
    if (best == null) {
      throw new IllegalStateException("the workers ended without a failure and without a model");
    }
    if (best.isForPrediction()) {
      LOG.info(
          "{}: too few steps for momentum={}, so running statistics were taken anew from training rows for the model (batchNormRecalibrate=-1, automatic)",
          input.uid(),
          settings.batchNorm().momentum());
    }
    Architecture architecture = Blueprint.architecture(configuration, input.inputs());
    int bestEpoch = settings.earlyStoppingRounds() == 0 ? history.size() : stopping.bestEpoch();
    return new SyncBatchNormClassificationModel(
        input.uid(),
        architecture,
        best.state(),
        new SyncBatchNormTrainingSummary(history, bestEpoch, input.world()));
  }
}
