package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.train.telemetry.StepListener;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Loads the steps of an epoch on one rank: as many as are planned or, without a plan, while any
 * rank has rows.
 */
final class StepLoading {
  private final Optional<StepPlan> plan;
  private final Trainee trainee;
  private final StepListener listener;
  private final Communicator communicator;

  /** Rows of all ranks in the step. */
  private final double[] stepRows = new double[1];

  private int rows;

  StepLoading(
      Optional<StepPlan> plan, Trainee trainee, StepListener listener, Communicator communicator) {
    this.plan = plan;
    this.trainee = trainee;
    this.listener = listener;
    this.communicator = communicator;
  }

  /** Loads this rank's part of the step, if there is one. */
  boolean load(int epoch, int step) {
    if (plan.isPresent() && step == plan.get().stepsPerEpoch()) {
      return false;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("cancelled at epoch " + epoch + ", step " + step);
    }
    long start = System.nanoTime();
    rows = trainee.load();
    listener.loaded(start, rows);
    if (plan.isPresent()) {
      return true;
    }
    stepRows[0] = rows;
    communicator.allReduce(Tag.of(epoch, step, 0, Kind.STEP_ROWS), stepRows, Communicator.SUM);
    return stepRows[0] > 0;
  }

  /** Rows of this rank in the step. */
  int rows() {
    return rows;
  }

  /** Whether no step follows, if that is known. */
  boolean isPlannedLast(int step) {
    return plan.isPresent() && step == plan.get().stepsPerEpoch() - 1;
  }
}
