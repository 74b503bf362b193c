package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.spark.RankProgram;
import io.syncnorm.spark.RankWork;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.EarlyStopping;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The driver's side of a fit: keeps what rank 0 reports, and the best model of it. */
final class FitWork implements RankWork<RowChunk> {
  private static final Logger LOG = LoggerFactory.getLogger(FitWork.class);

  private final String uid;
  private final JavaRDD<RowChunk> partitions;
  private final FitSettings settings;
  private final FitColumns columns;
  private final LabelRange labelRange;
  private final int inputs;
  private final List<EpochResult> history = new ArrayList<>();
  private final EarlyStopping best;
  private Configuration configuration;
  private Snapshot latest;
  private NetworkState bestState;
  private Broadcast<Snapshot> sent;

  FitWork(
      String uid,
      JavaRDD<RowChunk> partitions,
      FitSettings settings,
      FitColumns columns,
      LabelRange labelRange,
      int inputs) {
    this.uid = uid;
    this.partitions = partitions;
    this.settings = settings;
    this.columns = columns;
    this.labelRange = labelRange;
    this.inputs = inputs;
    this.best = new EarlyStopping(Math.max(1, settings.earlyStoppingRounds()));
  }

  @Override
  public String description() {
    return "%s: %d epochs on %d workers"
        .formatted(uid, settings.epochs(), partitions.getNumPartitions());
  }

  @Override
  public JavaRDD<RowChunk> partitions() {
    return partitions;
  }

  @Override
  public synchronized RankProgram<RowChunk> program() {
    forget();
    FitProgram.Start start = RankTraining::freshModel;
    if (!history.isEmpty()) {
      Broadcast<Snapshot> goOn =
          JavaSparkContext.fromSparkContext(partitions.context()).broadcast(latest);
      sent = goOn;
      start = (known, sameInputs) -> goOn.value();
    }
    return new FitProgram(settings, columns, labelRange, inputs, List.copyOf(history), start);
  }

  @Override
  public int maxReportBytes() {
    Configuration largest = settings.configuration(labelRange.classes(), settings.batchSize());
    return Math.max(
        FitReport.SMALL_BYTES,
        FitReport.EPOCH_EXTRA_BYTES
            + EpochReport.encodedLength(
                RankTraining.freshModel(largest, inputs), settings.hiddenLayers()));
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
    configuration = settings.configuration(agreed.classes(), agreed.batchSize());
    if (agreed.batchSize() != settings.batchSize()) {
      LOG.warn(
          "{}: batchSize={} instead of {}, so that batch normalization never meets a single row",
          uid,
          agreed.batchSize(),
          settings.batchSize());
    }
    if (latest == null) {
      latest = RankTraining.freshModel(configuration, inputs);
    }
  }

  private void epoch(EpochReport report) {
    latest = report.snapshot();
    history.add(report.result());
    best.isLast(report.result());
    if (settings.earlyStoppingRounds() == 0 || best.bestEpoch() == report.result().epoch()) {
      bestState = latest.state();
    }
    LOG.debug("{}: {}", uid, report.result());
  }

  @Override
  public synchronized String progress() {
    return "after epoch %d of %d".formatted(history.size(), settings.epochs());
  }

  synchronized void forget() {
    if (sent != null) {
      sent.destroy();
      sent = null;
    }
  }

  synchronized SyncBatchNormClassificationModel model() {
    if (bestState == null) {
      throw new IllegalStateException("the workers ended without a failure and without a model");
    }
    Architecture architecture = Blueprint.architecture(configuration, inputs);
    int bestEpoch = settings.earlyStoppingRounds() == 0 ? history.size() : best.bestEpoch();
    return new SyncBatchNormClassificationModel(
        uid,
        architecture,
        bestState,
        new SyncBatchNormTrainingSummary(history, bestEpoch, partitions.getNumPartitions()));
  }
}
