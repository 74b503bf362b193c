package io.syncnorm.dl4j.fused;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerUnpersistRDD;

/**
 * Detects whether an RDD is unpersisted. If it is persisted again it may have different rows, and
 * its storage level does not show that.
 */
final class UnpersistWatch extends SparkListener implements AutoCloseable {
  /**
   * Deadline for a Spark event, which normally takes a millisecond; a later one means an overloaded
   * event queue.
   */
  private static final long EVENT_TIMEOUT_MILLIS = 1000;

  private final SparkContext spark;
  private final int watched;
  private volatile boolean unpersisted;
  private volatile int marker = -1;
  private volatile CountDownLatch markerSeen = new CountDownLatch(0);

  UnpersistWatch(JavaRDD<?> rows) {
    this.spark = rows.context();
    this.watched = rows.id();
    spark.addSparkListener(this);
  }

  @Override
  public void onUnpersistRDD(SparkListenerUnpersistRDD event) {
    if (event.rddId() == watched) {
      unpersisted = true;
    }
    if (event.rddId() == marker) {
      markerSeen.countDown();
    }
  }

  /** Returns whether the RDD was, or may have been, unpersisted since this watch began. */
  boolean hasSeenUnpersist() {
    if (unpersisted) {
      return true;
    }
    // Events are delivered late but in order: unpersisting an RDD of our own marks the end.
    JavaRDD<Object> own = new JavaSparkContext(spark).emptyRDD();
    CountDownLatch seen = new CountDownLatch(1);
    markerSeen = seen;
    marker = own.id();
    own.unpersist(false);
    try {
      return !seen.await(EVENT_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS) || unpersisted;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    if (!spark.isStopped()) {
      spark.removeSparkListener(this);
    }
  }
}
