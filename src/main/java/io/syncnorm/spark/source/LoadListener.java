package io.syncnorm.spark.source;

/** Receives the progress of loading, on a thread of the driver. */
@FunctionalInterface
public interface LoadListener {
  LoadListener NONE = (rows, bytes) -> {};

  /**
   * Called about once a second.
   *
   * @param rows rows read so far
   * @param bytes their size, packed
   */
  void loaded(long rows, long bytes);
}
