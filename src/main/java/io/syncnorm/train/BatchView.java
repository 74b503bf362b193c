package io.syncnorm.train;

import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.nn.MiniBatch;

/** The current mini-batch of an iteration over rows, as a network takes it. */
final class BatchView {
  private final MiniBatches batches;
  private final MiniBatch batch;

  BatchView(MiniBatches batches) {
    this.batches = batches;
    this.batch =
        batches.isSparse()
            ? MiniBatch.sparse(batches.labels(), batches.weights())
            : new MiniBatch(batches.features(), batches.labels(), batches.weights());
  }

  /**
   * Shows the mini-batch that the iteration is at.
   *
   * @param rows number of its rows
   */
  MiniBatch show(int rows) {
    return batches.isSparse()
        ? batch.showSparse(batches.rowStarts(), batches.columns(), batches.values(), rows)
        : batch.show(batches.features(), batches.featuresAt(), rows);
  }
}
