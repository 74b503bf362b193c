package io.syncnorm.ml;

import io.syncnorm.train.EpochResult;
import java.io.Serializable;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How a model was trained.
 *
 * @param history of all epochs that were trained, in their order; the test figures are those of the
 *     validation rows, NaN where there are none; {@code layers()} of each tell the drift of the
 *     workers where {@code telemetry} is on, NaN where it is off
 * @param bestEpoch the epoch, from 1, whose model it is
 * @param numWorkers workers that trained it
 */
public record SyncBatchNormTrainingSummary(List<EpochResult> history, int bestEpoch, int numWorkers)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public SyncBatchNormTrainingSummary {
    history = List.copyOf(history);
  }

  /** Epochs that were trained. */
  public int totalIterations() {
    return history.size();
  }

  /** Mean loss of each epoch's mini-batches as they were trained on, in nats. */
  public double[] objectiveHistory() {
    return each(EpochResult::trainLoss);
  }

  /** Fraction of each epoch's training rows that were classified correctly. */
  public double[] accuracyHistory() {
    return each(EpochResult::trainAccuracy);
  }

  /** Mean loss on the validation rows after each epoch, in nats. */
  public double[] validationLossHistory() {
    return each(EpochResult::testLoss);
  }

  /** Fraction of the validation rows that were classified correctly after each epoch. */
  public double[] validationAccuracyHistory() {
    return each(EpochResult::testAccuracy);
  }

  private double[] each(ToDoubleFunction<EpochResult> figure) {
    return history.stream().mapToDouble(figure).toArray();
  }
}
