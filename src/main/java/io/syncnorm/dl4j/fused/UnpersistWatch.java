package io.syncnorm.dl4j.fused;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerUnpersistRDD;

/**
 * Watches whether Spark is told to forget an RDD. Persisted again, it may come to other rows, and
 * its storage level does not tell.
 */
final class UnpersistWatch extends SparkListener implements AutoCloseable {
  /** Spark's listeners hear of an event within a millisecond, or have far too many to hear of. */
  private static final long PATIENCE_MILLIS = 1000;

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

  /** Whether it was unpersisted since this watch began, or may have been. */
  boolean hasSeenUnpersist() {
    if (unpersisted) {
      return true;
    }
    // Listeners hear late, but in order: an RDD of our own, unpersisted now, is heard of last.
    JavaRDD<Object> own = new JavaSparkContext(spark).emptyRDD();
    CountDownLatch seen = new CountDownLatch(1);
    markerSeen = seen;
    marker = own.id();
    own.unpersist(false);
    try {
      return !seen.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) || unpersisted;
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
