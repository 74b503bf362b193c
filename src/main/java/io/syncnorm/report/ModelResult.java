package io.syncnorm.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;

/**
 * One trained model in {@code result.json}; the fields stand there in this order.
 *
 * @param name as in {@link EpochMetrics#model()}
 * @param batchNorm whether the network has batch normalization
 * @param parameters number of trained parameters
 * @param epochs number of epochs trained
 * @param testAccuracy fraction 0..1 after the last epoch
 * @param testLoss mean loss per test example after the last epoch
 * @param trainSeconds wall time of all epochs
 * @param secondsPerEpoch mean wall time of an epoch
 * @param examplesPerSecond training examples per second over all ranks
 * @param file the model's zip, relative to the run directory
 */
@JsonPropertyOrder({
  "name",
  "batchNorm",
  "parameters",
  "epochs",
  "testAccuracy",
  "testLoss",
  "trainSeconds",
  "secondsPerEpoch",
  "examplesPerSecond",
  "file"
})
public record ModelResult(
    String name,
    boolean batchNorm,
    long parameters,
    int epochs,
    double testAccuracy,
    double testLoss,
    double trainSeconds,
    double secondsPerEpoch,
    double examplesPerSecond,
    String file) {

  /** Refuses missing texts; measured values may be anything. */
  public ModelResult {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(file, "file");
  }
}
