package io.syncnorm.ml;

import io.syncnorm.spark.ranks.HostsEvent;
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
 * @param hosts on how many hosts the workers were, from when on, since the fit or its resumption
 *     began: one entry, and another one each time that the workers were restarted
 */
public record SyncBatchNormTrainingSummary(
    List<EpochResult> history, int bestEpoch, int numWorkers, List<HostsEvent> hosts)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public SyncBatchNormTrainingSummary {
    history = List.copyOf(history);
    hosts = List.copyOf(hosts);
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
