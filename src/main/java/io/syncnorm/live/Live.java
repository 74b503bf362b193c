package io.syncnorm.live;

import io.syncnorm.experiment.RunListener;
import org.apache.spark.api.java.JavaSparkContext;

/** What shows a run while it trains: {@link LiveView}, or nothing. */
public interface Live extends RunListener, AutoCloseable {
  /** Shows nothing. */
  static Live off() {
    return new Live() {};
  }

  /** Links to the view from Spark's UI, if that is on. */
  default void link(JavaSparkContext spark) {}

  /** Ends the view, after a moment in which open pages get the last state. */
  @Override
  default void close() {}
}
