package io.syncnorm.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * One trained model in {@code result.json}, with the fields in this order.
 *
 * @param name as in {@link EpochMetrics#model()}
 * @param batchNorm whether the network has batch normalization
 * @param parameters number of trained parameters
 * @param epochs number of epochs trained
 * @param bestEpoch with early stopping, the epoch of the kept model; else 0, which is not written
 *     and means the last epoch
 * @param testAccuracy fraction 0..1, of the model
 * @param testLoss mean loss per test example, of the model
 * @param trainSeconds wall time of all epochs
 * @param secondsPerEpoch mean wall time of an epoch
 * @param examplesPerSecond training examples per second over all ranks
 * @param exchangeP50Micros median time of one exchange of statistics, waiting included; the median
 *     over the epochs, NaN if nothing is synchronized
 * @param exchangeP99Micros 99th percentile of that time in an epoch; the median over the epochs
 * @param file the model's zip, relative to the run directory
 */
public record ModelResult(
    String name,
    boolean batchNorm,
    long parameters,
    int epochs,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int bestEpoch,
    double testAccuracy,
    double testLoss,
    double trainSeconds,
    double secondsPerEpoch,
    double examplesPerSecond,
    double exchangeP50Micros,
    double exchangeP99Micros,
    String file) {

  /** Requires the texts; measured values are not checked. */
  public ModelResult {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(file, "file");
  }
}
