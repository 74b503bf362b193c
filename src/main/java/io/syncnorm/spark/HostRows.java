package io.syncnorm.spark;

import java.util.Iterator;

/**
 * A host's access to the rows of its ranks, in a task of Spark.
 *
 * @param <T> a row
 */
@FunctionalInterface
public interface HostRows<T> {
  /**
   * The rows of a rank of this host. Spark reads or computes them when the first one is asked for,
   * on the thread that asks, which must have the task's {@code TaskContext}.
   */
  Iterator<T> of(int rank);
}
