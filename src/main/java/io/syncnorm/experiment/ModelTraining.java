package io.syncnorm.experiment;

import io.syncnorm.checkpoint.CheckpointOwner;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.SparkPages;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.ranks.HostsEvent;
import io.syncnorm.spark.shard.DealtData;
import io.syncnorm.spark.shard.ShardTraining;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.state.Position;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The training of one model of a run.
 *
 * @param plan with a resolved world
 * @param checkpoints where this training writes its checkpoints
 * @param from where training starts: epoch 0 for a new model
 * @param origin name of the run that this training continues, if it is another run
 * @param note a remark for the user about the start of this training
 */
record ModelTraining(
    ModelPlan plan,
    UntrainedModel model,
    CheckpointOwner owner,
    Checkpoints checkpoints,
    Progress from,
    Optional<String> origin,
    Optional<String> note) {
  static final CheckpointOwner.Wording WORDING =
      new CheckpointOwner.Wording(
          "the same command",
          "configuration and data",
          "train from scratch with --resume never, use another --out, or pass a checkpoint of this run to --resume");

  static CheckpointOwner owner(ModelPlan plan, UntrainedModel model, RunIdentity identity) {
    Configuration configuration = plan.configuration();
    return new CheckpointOwner(
        plan.name(),
        configuration,
        model.maker().hiddenLayers(configuration),
        identity.outcome(configuration),
        WORDING);
  }

  /** Returns this training, resumed from a checkpoint of its own run. */
  ModelTraining from(Progress progress) {
    return new ModelTraining(
        plan, model, owner, checkpoints, progress, Optional.empty(), Optional.empty());
  }

  /** Returns this training, continued from a checkpoint of another run. */
  ModelTraining continuing(String run, Progress progress) {
    return new ModelTraining(
        plan, model, owner, checkpoints, progress, Optional.of(run), Optional.empty());
  }

  /** Returns this training with a remark for the user. */
  ModelTraining remarking(String text) {
    return new ModelTraining(plan, model, owner, checkpoints, from, origin, Optional.of(text));
  }

  /**
   * Trains the remaining epochs.
   *
   * @param title shown in Spark's pages
   * @return the progress after training
   */
  Progress run(
      JavaSparkContext spark,
      DealtData data,
      String title,
      RunOutputs outputs,
      List<RunListener> listeners) {
    String name = plan.name();
    int epochs = owner.epochs();
    int steps = data.plan(plan.configuration().get(Keys.BATCH_SIZE)).stepsPerEpoch();
    model
        .remark()
        .apply((long) epochs * steps)
        .ifPresent(remark -> listeners.forEach(each -> each.modelRemark(name, remark)));
    TaskSlots.sharing(spark, data.world())
        .ifPresent(remark -> listeners.forEach(each -> each.modelRemark(name, remark)));
    LongEpochs.remark(plan.configuration(), steps)
        .ifPresent(remark -> listeners.forEach(each -> each.modelRemark(name, remark)));
    note.ifPresent(remark -> listeners.forEach(each -> each.modelRemark(name, remark)));
    listeners.forEach(each -> each.modelStarted(name, epochs));
    Progress trained;
    try {
      if (!from.history().isEmpty()) {
        outputs.addEpochs(this, from.history());
        listeners.forEach(each -> each.modelResumed(name, origin, from.history()));
      }
      Position position = from.latest().position();
      if (position.isInsideEpoch()) {
        listeners.forEach(each -> each.modelRemark(name, "resumes at " + position));
      }
      trained =
          owner.isComplete(from.history()) ? from : train(spark, data, title, outputs, listeners);
    } finally {
      listeners.forEach(each -> each.modelFinished(name));
    }
    stopping(trained)
        .ifPresent(remark -> listeners.forEach(each -> each.modelRemark(name, remark)));
    return trained;
  }

  /** A remark for the user if the kept model is not that of the last configured epoch. */
  private Optional<String> stopping(Progress trained) {
    int last = trained.latest().epoch();
    int best = trained.best().epoch();
    if (best == owner.epochs()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s after epoch %d/%d; keeping the model of epoch %d, which has the lowest test loss (training.early-stopping = %d)",
            last < owner.epochs() ? "stopped early" : "ended",
            last,
            owner.epochs(),
            best,
            plan.configuration().get(Keys.EARLY_STOPPING)));
  }

  private Progress train(
      JavaSparkContext spark,
      DealtData data,
      String title,
      RunOutputs outputs,
      List<RunListener> listeners) {
    int epochs = owner.epochs();
    SparkPages pages = SparkPages.of(spark);
    return new ShardTraining(spark, data, model.maker())
        .run(
            String.format(Locale.ROOT, "%s: %d epochs on %d ranks", title, epochs, data.world()),
            plan.configuration(),
            from,
            new ShardTraining.Listener() {
              @Override
              public void hosts(HostsEvent event) {
                outputs.addHosts(plan.name(), event);
              }

              @Override
              public void finished(List<EpochResult> results, Progress progress) {
                // Checkpoint first: the metrics can be restored from it.
                checkpoints.write(progress, results.size());
                if (!results.isEmpty()) {
                  outputs.addEpochs(ModelTraining.this, results);
                }
                for (EpochResult result : results) {
                  listeners.forEach(each -> each.epochFinished(plan.name(), result));
                  pages.add(
                      String.format(
                          Locale.ROOT,
                          "%s: epoch %d of %d, test accuracy %.4f, %.2f s",
                          title,
                          result.epoch(),
                          epochs,
                          result.testAccuracy(),
                          result.times().seconds()));
                }
              }
            });
  }
}
