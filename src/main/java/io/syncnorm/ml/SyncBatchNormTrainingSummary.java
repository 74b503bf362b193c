package io.syncnorm.ml;

import io.syncnorm.train.EpochResult;
import java.io.Serializable;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The summary of a training.
 *
 * @param history results of all trained epochs, in order; their test figures are those of the
 *     validation rows, NaN if there are none; their {@code layers()} hold the drift of the workers,
 *     NaN unless {@code telemetry} is on
 * @param bestEpoch the epoch of the returned model, from 1
 * @param numWorkers number of workers that trained it
 */
public record SyncBatchNormTrainingSummary(List<EpochResult> history, int bestEpoch, int numWorkers)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public SyncBatchNormTrainingSummary {
    history = List.copyOf(history);
  }

  /** Returns the number of trained epochs. */
  public int totalIterations() {
    return history.size();
  }

  /** Returns each epoch's mean training loss, in nats. */
  public double[] objectiveHistory() {
    return each(EpochResult::trainLoss);
  }

  /** Returns each epoch's fraction of correctly classified training rows. */
  public double[] accuracyHistory() {
    return each(EpochResult::trainAccuracy);
  }

  /** Returns the mean loss on the validation rows after each epoch, in nats. */
  public double[] validationLossHistory() {
    return each(EpochResult::testLoss);
  }

  /** Returns the fraction of correctly classified validation rows after each epoch. */
  public double[] validationAccuracyHistory() {
    return each(EpochResult::testAccuracy);
  }

  private double[] each(ToDoubleFunction<EpochResult> figure) {
    return history.stream().mapToDouble(figure).toArray();
  }
}
