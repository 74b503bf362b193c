package io.syncnorm.ml;

import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.nn.Architecture;
import io.syncnorm.spark.RankData;
import io.syncnorm.spark.RankOpener;
import io.syncnorm.spark.TrainingWork;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.ModelSize;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The driver's side of a fit: the ranks' report of their rows, the checkpoints, and the model. */
final class FitTraining implements RankData<RowChunk> {
  private static final Logger LOG = LoggerFactory.getLogger(FitTraining.class);

  private final FitInput input;
  private final Gathering gathering;
  private final Optional<FitCheckpoints> folder;
  private final TrainingWork<RowChunk> work;
  private volatile Optional<Checkpoints> checkpoints = Optional.empty();
  private Agreed rows;
  private Configuration configuration;

  /**
   * Prepares training.
   *
   * @throws IllegalArgumentException if the network is too large
   */
  FitTraining(FitInput input, Optional<FitCheckpoints> folder) {
    this.input = input;
    this.gathering = input.gathering();
    this.folder = folder;
    Configuration largest = gathering.configuration(gathering.labelRange().classes(), batchSize());
    this.work =
        new TrainingWork<>(
            String.format(
                Locale.ROOT,
                "%s: %d epochs on %d workers",
                input.uid(),
                input.params().get(Keys.EPOCHS),
                input.world()),
            this,
            new TrainingWork.Shape(
                largest,
                input.hiddenLayers(),
                EpochReport.encodedLength(
                    ModelSize.snapshotBytes(largest, gathering.inputs()), input.hiddenLayers())));
  }

  TrainingWork<RowChunk> work() {
    return work;
  }

  @Override
  public JavaRDD<RowChunk> partitions() {
    return input.partitions();
  }

  @Override
  public RankOpener<RowChunk> opener() {
    return gathering;
  }

  @Override
  public int maxReportBytes() {
    return Agreed.MAX_BYTES;
  }

  /**
   * Resumes from the last good checkpoint, if there is one.
   *
   * @throws io.syncnorm.checkpoint.AnotherRunException if the checkpoint is of other params or rows
   */
  void resume(Agreed agreed) {
    Snapshot fresh = agree(agreed);
    Optional<Progress> last = checkpoints.flatMap(each -> each.latest(fresh));
    if (last.isPresent()) {
      work.resume(last.get());
      LOG.info("{}: resuming {}", input.uid(), work.progress());
    }
  }

  @Override
  public void reported(int rank, byte[] payload) {
    Agreed agreed = Agreed.decode(payload);
    requireSameRows(agreed);
    if (agreed.batchSize() != batchSize()) {
      LOG.warn(
          "{}: using batchSize={} instead of {}, because a step with a single row cannot be normalized",
          input.uid(),
          agreed.batchSize(),
          batchSize());
    }
    work.begin(agree(agreed));
  }

  /** Stores the agreement on the rows, and returns the initial model. */
  private Snapshot agree(Agreed agreed) {
    input.requireThresholds(agreed.classes());
    rows = agreed;
    configuration = gathering.configuration(agreed.classes(), agreed.batchSize());
    checkpoints = folder.map(each -> each.of(agreed));
    return Snapshot.fresh(configuration, gathering.inputs());
  }

  private int batchSize() {
    return input.params().get(Keys.BATCH_SIZE);
  }

  /**
   * Rejects rows that have changed: a checkpoint is valid only for the rows that it was trained on.
   */
  private void requireSameRows(Agreed agreed) {
    if (folder.isPresent() && work.hasResults() && !agreed.equals(rows)) {
      throw new IllegalArgumentException(
          "the rows have changed since they were first read: expected %s, found %s; with checkpointDir every read must return the same rows in the same partitions; write or persist the rows first"
              .formatted(rows, agreed));
    }
  }

  @Override
  public void finished(List<EpochResult> results, Progress progress) {
    results.forEach(result -> LOG.debug("{}: {}", input.uid(), result));
    checkpoints.ifPresent(each -> each.write(progress, results.size()));
  }

  /** Removes the checkpoints of a complete fit, so that the next fit trains from scratch. */
  void clear() {
    try {
      checkpoints.ifPresent(Checkpoints::clear);
    } catch (UnwritableException e) {
      // The model is still valid.
      LOG.warn(
          "{}: cannot delete the checkpoints of this fit; delete them before the next fit: {}",
          input.uid(),
          e.getMessage());
    }
  }

  SyncBatchNormClassificationModel model(Progress trained) {
    Snapshot best = trained.best();
    if (best.isForPrediction()) {
      LOG.info(
          "{}: too few steps for momentum={}; the model's running statistics were recomputed from training rows (batchNormRecalibrate=-1, automatic)",
          input.uid(),
          input.params().get(Keys.BATCH_NORM_MOMENTUM));
    }
    Architecture architecture = Blueprint.architecture(configuration, gathering.inputs());
    return new SyncBatchNormClassificationModel(
        input.uid(),
        architecture,
        best.state(),
        new SyncBatchNormTrainingSummary(trained.history(), best.epoch(), input.world()));
  }
}
