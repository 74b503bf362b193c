package io.syncnorm.train;

/** Hears of each finished epoch, on rank 0 alone and on its thread: training waits meanwhile. */
@FunctionalInterface
public interface EpochListener {
  /**
   * @param snapshot the merged model that {@code result} was measured on
   */
  void epochFinished(EpochResult result, Snapshot snapshot);
}
