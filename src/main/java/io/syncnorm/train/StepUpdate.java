package io.syncnorm.train;

import io.syncnorm.config.Keys.Merge;
import io.syncnorm.train.telemetry.DriftTelemetry;
import io.syncnorm.train.telemetry.EpochClock;
import java.util.function.DoubleFunction;

/** The update of a step, by this rank's gradient or by the mean over all ranks. */
final class StepUpdate implements Trainee.Step {
  private final Merging merging;
  private final DriftTelemetry telemetry;
  private final EpochClock clock;
  private final RankReports reports;
  private final DoubleFunction<DivergedException> diverged;
  private Merge merge;
  private long tag;

  /**
   * @param diverged creates the exception for a loss that is not finite
   */
  StepUpdate(
      Merging merging,
      DriftTelemetry telemetry,
      EpochClock clock,
      RankReports reports,
      DoubleFunction<DivergedException> diverged) {
    this.merging = merging;
    this.telemetry = telemetry;
    this.clock = clock;
    this.reports = reports;
    this.diverged = diverged;
  }

  /**
   * Starts a step.
   *
   * @param tag of the exchange of gradients
   */
  void start(Merge how, long tag) {
    this.merge = how;
    this.tag = tag;
  }

  @Override
  public void requireFinite(double lossSum) {
    if (!Double.isFinite(lossSum)) {
      throw diverged.apply(lossSum);
    }
  }

  @Override
  public float scale(float[] gradient, double weight) {
    reports.await();
    telemetry.sampleGradient(gradient, weight);
    float own = weight > 0 ? 1f / (float) weight : 0f;
    if (merge == Merge.PARAMETERS) {
      return own;
    }
    clock.startMerge();
    float scale = merging.mergeGradients(tag, gradient, own, weight);
    clock.endMerge();
    return scale;
  }

  @Override
  public boolean keepsGradient() {
    return merge == Merge.PARAMETERS;
  }
}
