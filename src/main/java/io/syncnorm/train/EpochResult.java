package io.syncnorm.train;

import java.io.Serializable;

/**
 * What one epoch came to, over all ranks.
 *
 * @param epoch from 1
 * @param trainLoss mean over the rows of the epoch's mini-batches as they were trained on, in nats
 * @param trainAccuracy fraction of those rows
 * @param testLoss mean over the test rows, of the merged model
 * @param testAccuracy fraction of the test rows
 * @param rows training rows seen by all ranks
 */
public record EpochResult(
    int epoch,
    double trainLoss,
    double trainAccuracy,
    double testLoss,
    double testAccuracy,
    long rows,
    Times times)
    implements Serializable {

  /**
   * Where the time went; all but the first are means over the ranks.
   *
   * @param seconds the whole epoch on rank 0: steps, averaging, evaluation
   * @param computeSeconds arithmetic and batch preparation of the steps
   * @param syncSeconds exchanging statistics, without waiting
   * @param waitSeconds waiting for other ranks within the steps
   * @param averageSeconds merging models, waiting included
   */
  public record Times(
      double seconds,
      double computeSeconds,
      double syncSeconds,
      double waitSeconds,
      double averageSeconds)
      implements Serializable {}
}
