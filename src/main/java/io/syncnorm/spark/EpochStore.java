package io.syncnorm.spark;

import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import java.util.List;

/** Keeps on the driver what the ranks have finished. Training continues meanwhile. */
@FunctionalInterface
public interface EpochStore {
  /** Keeps nothing. */
  EpochStore NONE = (results, progress) -> {};

  /**
   * Called after each epoch, in order; for several at once where they are finished sooner than they
   * are stored, and their models would take too much memory. No result is ever left out.
   *
   * @param results of the epochs since the last call, in order; at least one
   * @param progress after the last of them
   */
  void finished(List<EpochResult> results, Progress progress);
}
