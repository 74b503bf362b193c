package io.syncnorm.ml;

import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Keys;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.ranks.HostsEvent;
import io.syncnorm.spark.shard.DealtData;
import io.syncnorm.spark.shard.ShardTraining;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.RowTransform;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The training of a fit on its packed rows, from the last checkpoint to the model. */
record FitTraining(FitPlan plan, Optional<Checkpoints> checkpoints) {
  private static final Logger LOG = LoggerFactory.getLogger(FitTraining.class);

  /**
   * Trains the model, and removes the checkpoints, so that the next fit trains from scratch.
   *
   * @throws io.syncnorm.checkpoint.AnotherRunException if a checkpoint is of other params or rows
   * @throws RuntimeException see {@link ShardTraining#run}
   */
  SyncBatchNormClassificationModel run(JavaSparkContext spark, PackedData rows) {
    TaskSlots.sharing(spark, plan.world()).ifPresent(text -> LOG.info("{}: {}", plan.uid(), text));
    Progress from = start();
    try (DealtData dealt =
        DealtData.deal(
            spark,
            rows,
            Dealing.SHUFFLED,
            plan.world(),
            plan.configuration().get(Keys.SEED),
            RowTransform.NONE,
            plan.configuration().rowMemory(Runtime.getRuntime().maxMemory()))) {
      List<HostsEvent> hosts = new ArrayList<>();
      Progress trained =
          new ShardTraining(spark, dealt, TraineeMaker.CONFIGURED)
              .run(description(), plan.configuration(), from, listener(hosts));
      SyncBatchNormClassificationModel model = model(trained, hosts);
      clear();
      return model;
    }
  }

  private String description() {
    return String.format(
        Locale.ROOT,
        "%s: %d epochs on %d workers",
        plan.uid(),
        plan.configuration().get(Keys.EPOCHS),
        plan.world());
  }

  /** The last good checkpoint, or an untrained model if there is none. */
  private Progress start() {
    Snapshot fresh = Snapshot.fresh(plan.configuration(), plan.inputs());
    Optional<Progress> last = checkpoints.flatMap(each -> each.latest(fresh));
    last.ifPresent(
        progress ->
            LOG.info(
                "{}: resuming after {} of {}",
                plan.uid(),
                progress.latest().position(),
                plan.configuration().get(Keys.EPOCHS)));
    return last.orElseGet(() -> Progress.from(fresh));
  }

  private ShardTraining.Listener listener(List<HostsEvent> hosts) {
    return new ShardTraining.Listener() {
      @Override
      public void hosts(HostsEvent event) {
        hosts.add(event);
      }

      @Override
      public void finished(List<EpochResult> results, Progress progress) {
        results.forEach(result -> LOG.debug("{}: {}", plan.uid(), result));
        checkpoints.ifPresent(each -> each.write(progress, results.size()));
      }
    };
  }

  private void clear() {
    try {
      checkpoints.ifPresent(Checkpoints::clear);
    } catch (UnwritableException e) {
      // The model is still valid.
      LOG.warn(
          "{}: cannot delete the checkpoints of this fit; delete them before the next fit: {}",
          plan.uid(),
          e.getMessage());
    }
  }

  private SyncBatchNormClassificationModel model(Progress trained, List<HostsEvent> hosts) {
    Snapshot best = trained.best();
    if (best.isForPrediction()) {
      LOG.info(
          "{}: too few steps for momentum={}; the model's running statistics were recomputed from"
              + " training rows (batchNormRecalibrate=-1, automatic)",
          plan.uid(),
          plan.configuration().batchNormMomentum());
    }
    return new SyncBatchNormClassificationModel(
        plan.uid(),
        Blueprint.architecture(plan.configuration(), plan.inputs()),
        best.state(),
        new SyncBatchNormTrainingSummary(trained.history(), best.epoch(), plan.world(), hosts));
  }
}
