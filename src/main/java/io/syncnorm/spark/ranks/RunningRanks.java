package io.syncnorm.spark.ranks;

import io.syncnorm.spark.Interruption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * The executors on which the ranks of one job run, from Spark's task events. It includes ranks that
 * never joined.
 */
final class RunningRanks extends SparkListener implements AutoCloseable {
  private static final String JOB_TAGS = "spark.job.tags";
  private static final long POLL_MILLIS = 20;

  private final JavaSparkContext spark;
  private final String tag;
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final Map<Long, Place> places = new ConcurrentHashMap<>();

  /**
   * @param executor Spark's id of the executor
   */
  record Place(int rank, String executor, String host) {}

  private RunningRanks(JavaSparkContext spark, String tag) {
    this.spark = spark;
    this.tag = tag;
  }

  static RunningRanks of(JavaSparkContext spark, String tag) {
    RunningRanks ranks = new RunningRanks(spark, tag);
    spark.sc().addSparkListener(ranks);
    return ranks;
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted event) {
    if (event.properties() != null && event.properties().getProperty(JOB_TAGS, "").contains(tag)) {
      stages.add(event.stageInfo().stageId());
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart event) {
    if (stages.contains(event.stageId())) {
      var task = event.taskInfo();
      places.put(task.taskId(), new Place(task.index(), task.executorId(), task.host()));
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd event) {
    places.remove(event.taskInfo().taskId());
  }

  /**
   * Ranks whose tasks still run although their job is over. An executor that responds ends its
   * tasks, reports that it ended, or breaks its connection.
   *
   * @param patience how long tasks may take to end
   */
  List<Place> unresponsive(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (!places.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(); // unknown
    }
    return places.values().stream().toList();
  }

  @Override
  public void close() {
    Interruption.uninterrupted(() -> spark.sc().removeSparkListener(this));
  }
}
