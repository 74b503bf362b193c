package io.syncnorm.spark;

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
 * Where the ranks of one job run, by what Spark tells of its tasks: of those that never came to the
 * rendezvous, too.
 */
final class RunningRanks extends SparkListener implements AutoCloseable {
  private static final String JOB_TAGS = "spark.job.tags";
  private static final long POLL_MILLIS = 20;

  private final JavaSparkContext spark;
  private final String tag;
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final Map<Long, Place> places = new ConcurrentHashMap<>();

  /**
   * @param executor as Spark calls it
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
   * Ranks whose tasks go on although their job is over: an executor that works ends them, or says
   * that it ended, or breaks its connection.
   *
   * @param patience how long they may take
   */
  List<Place> hanging(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (!places.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(); // nobody knows
    }
    return places.values().stream().toList();
  }

  @Override
  public void close() {
    Interruption.despite(() -> spark.sc().removeSparkListener(this));
  }
}
