package io.syncnorm.spark.ranks;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.train.EarlyStopping;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankStates;
import java.util.ArrayList;
import java.util.List;

/**
 * The progress of a training that runs: the results of its epochs, its latest and its best model.
 * Guarded by the lock of its {@link TrainingWork}.
 */
final class LatestProgress {
  private final Configuration configuration;
  private final List<EpochResult> history = new ArrayList<>();
  private EarlyStopping stopping;
  private Snapshot latest;
  private RankStates states = RankStates.NONE;
  private Snapshot best;
  private boolean isSent;

  LatestProgress(Configuration configuration) {
    this.configuration = configuration;
    this.stopping = new EarlyStopping(configuration, List.of());
  }

  /** Replaces all of it by the progress of an earlier training. */
  void resume(Progress from) {
    stopping = new EarlyStopping(configuration, List.of());
    history.clear();
    latest = from.latest();
    replaceStates(from.states().retain());
    best = from.best();
    from.history().forEach(this::remember);
    isSent = true;
  }

  /** Sets the model that the ranks build from their rows, unless they resume from another. */
  void begin(Snapshot fresh) {
    if (!isSent) {
      latest = fresh;
    }
  }

  /**
   * Adds the next report.
   *
   * @param kept the states of the ranks at its position; owned by this progress from now on
   */
  void reached(EpochReport report, RankStates kept) {
    latest = report.snapshot();
    replaceStates(kept);
    isSent = true;
    report.result().ifPresent(this::remember);
    boolean isInside = latest.position().isInsideEpoch();
    if (best == null || !mayStop() || (!isInside && stopping.bestEpoch() == latest.epoch())) {
      best = latest;
    }
  }

  private void remember(EpochResult result) {
    history.add(result);
    stopping.add(result);
  }

  private void replaceStates(RankStates with) {
    states.release();
    states = with;
  }

  /** Whether the latest model is sent to the ranks; otherwise they build it from their rows. */
  boolean isSent() {
    return isSent;
  }

  /** The latest model; null if there is none yet. */
  Snapshot model() {
    return latest;
  }

  /** What ranks have of their own beside the latest model; stays owned by this progress. */
  RankStates states() {
    return states;
  }

  List<EpochResult> history() {
    return history;
  }

  /** A copy; the caller releases its states. */
  Progress copy() {
    return new Progress(history, latest, states.retain(), best);
  }

  Position position() {
    return latest == null ? new Position(0, 0) : latest.position();
  }

  /** Whether training may stop before the last epoch. */
  boolean mayStop() {
    return configuration.get(Keys.EARLY_STOPPING) > 0;
  }

  /** Whether no epoch remains. */
  boolean hasEnded() {
    return latest != null
        && (latest.epoch() == configuration.get(Keys.EPOCHS) || stopping.hasStopped());
  }

  /** Releases the states of the ranks. */
  void release() {
    replaceStates(RankStates.NONE);
  }
}
