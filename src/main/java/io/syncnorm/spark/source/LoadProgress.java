package io.syncnorm.spark.source;

import io.syncnorm.spark.ScalaCollections;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;

/**
 * Reports rows and bytes while they are read: of tasks that have ended, and of running tasks as of
 * their executor's last heartbeat.
 */
final class LoadProgress extends SparkListener implements AutoCloseable {
  private static final long PERIOD_MILLIS = 1000;

  private final JavaSparkContext spark;
  private final LoadListener listener;
  private final LongAccumulator rows;
  private final LongAccumulator bytes;

  /** By task. */
  private final Map<Long, Amount> running = new ConcurrentHashMap<>();

  private final Timer timer = new Timer("load-progress", true);
  private Amount last = new Amount(0, 0);

  private record Amount(long rows, long bytes) {}

  private LoadProgress(JavaSparkContext spark, LoadListener listener) {
    this.spark = spark;
    this.listener = listener;
    this.rows = spark.sc().longAccumulator();
    this.bytes = spark.sc().longAccumulator();
  }

  /** Starts reporting. */
  static LoadProgress of(JavaSparkContext spark, LoadListener listener) {
    LoadProgress progress = new LoadProgress(spark, listener);
    spark.sc().addSparkListener(progress);
    progress.timer.scheduleAtFixedRate(
        new TimerTask() {
          @Override
          public void run() {
            progress.report();
          }
        },
        PERIOD_MILLIS,
        PERIOD_MILLIS);
    return progress;
  }

  /** Counts the rows that tasks read. */
  LongAccumulator rows() {
    return rows;
  }

  /** Counts the bytes of the rows that tasks read. */
  LongAccumulator bytes() {
    return bytes;
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    ScalaCollections.javaList(update.accumUpdates())
        .forEach(
            task -> {
              long rowsOfTask = 0;
              long bytesOfTask = 0;
              for (AccumulableInfo info : ScalaCollections.javaList(task._4())) {
                rowsOfTask += info.id() == rows.id() ? value(info) : 0;
                bytesOfTask += info.id() == bytes.id() ? value(info) : 0;
              }
              if (rowsOfTask > 0) {
                running.put((Long) task._1(), new Amount(rowsOfTask, bytesOfTask));
              }
            });
  }

  private static long value(AccumulableInfo info) {
    return info.update().isDefined() && info.update().get() instanceof Long value ? value : 0;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    running.remove(end.taskInfo().taskId());
  }

  private void report() {
    long rowsNow = rows.value();
    long bytesNow = bytes.value();
    for (Amount task : running.values()) {
      rowsNow += task.rows();
      bytesNow += task.bytes();
    }
    last = new Amount(Math.max(last.rows(), rowsNow), Math.max(last.bytes(), bytesNow));
    listener.loaded(last.rows(), last.bytes());
  }

  @Override
  public void close() {
    timer.cancel();
    spark.sc().removeSparkListener(this);
  }
}
