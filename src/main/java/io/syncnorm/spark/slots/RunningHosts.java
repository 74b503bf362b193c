package io.syncnorm.spark.slots;

import io.syncnorm.spark.Internals;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.ScalaCollections;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.SparkException;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executors on which the hosts of one job run, from Spark's task events. It includes hosts
 * whose ranks never joined. Also counts the tasks of {@link Spares}.
 */
public final class RunningHosts extends SparkListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningHosts.class);
  private static final String JOB_TAGS = "spark.job.tags";
  private static final long POLL_MILLIS = 20;

  private final JavaSparkContext spark;
  private final String tag;
  private final int hosts;
  private final int world;
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final Map<Long, Place> places = new ConcurrentHashMap<>();

  /** Where the first task ran that Spark ended because it lost the executor. */
  private final AtomicReference<Place> lost = new AtomicReference<>();

  private volatile int ofHosts = -1;
  private volatile long submittedNanos;
  private final AtomicInteger started = new AtomicInteger();

  /** Why the first task ended that did not do what it was to. */
  private final AtomicReference<TaskFailedReason> failure = new AtomicReference<>();

  /**
   * @param rank the lowest of the host's ranks
   * @param executor Spark's id of the executor
   */
  public record Place(int rank, String executor, String host) {}

  private RunningHosts(JavaSparkContext spark, String tag, int hosts, int world) {
    this.spark = spark;
    this.tag = tag;
    this.hosts = hosts;
    this.world = world;
  }

  /**
   * Follows a job until it is closed.
   *
   * @param tag of the job, which is not submitted yet
   * @param world number of ranks on the hosts
   */
  public static RunningHosts of(JavaSparkContext spark, String tag, int hosts, int world) {
    RunningHosts running = new RunningHosts(spark, tag, hosts, world);
    spark.sc().addSparkListener(running);
    return running;
  }

  @Override
  public void onJobStart(SparkListenerJobStart event) {
    if (isOfThisJob(event.properties())) {
      // Spark numbers it after the stages that it needs.
      ofHosts =
          ScalaCollections.javaList(event.stageInfos()).stream()
              .mapToInt(StageInfo::stageId)
              .max()
              .orElse(-1);
    }
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted event) {
    if (isOfThisJob(event.properties())) {
      stages.add(event.stageInfo().stageId());
      started.set(0);
      if (event.stageInfo().stageId() == ofHosts) {
        submittedNanos = System.nanoTime();
      }
    }
  }

  private boolean isOfThisJob(Properties properties) {
    return properties != null && properties.getProperty(JOB_TAGS, "").contains(tag);
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart event) {
    if (stages.contains(event.stageId())) {
      var task = event.taskInfo();
      int rank = RankRows.first(task.index(), hosts, world);
      places.put(task.taskId(), new Place(rank, task.executorId(), task.host()));
      if (event.stageId() == ofHosts) {
        started.incrementAndGet();
      }
    }
  }

  /** Number of tasks that run. */
  public int running() {
    return places.size();
  }

  /** Whether all hosts have been started. */
  public boolean haveStarted() {
    return started.get() >= hosts;
  }

  /** Whether hosts have not started for so long, although the tasks that they need have ended. */
  public boolean areLate(Duration patience) {
    long since = submittedNanos;
    return since != 0 && !haveStarted() && System.nanoTime() - since > patience.toNanos();
  }

  /**
   * Why a host failed: the first that did, as Spark says it. Empty if none did; a cancelled one has
   * not failed.
   */
  public Optional<Exception> failure() {
    return Optional.ofNullable(failure.get())
        .map(reason -> new SparkException(reason.toErrorString()));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd event) {
    Place place = places.get(event.taskInfo().taskId());
    if (place != null && event.reason() instanceof ExecutorLostFailure) {
      lost.compareAndSet(null, place);
    }
    if (event.stageId() == ofHosts
        && event.reason() instanceof TaskFailedReason reason
        && !(reason instanceof TaskKilled)) {
      failure.compareAndSet(null, reason);
    }
    places.remove(event.taskInfo().taskId());
  }

  /**
   * Waits until the hosts have ended, whose job is over.
   *
   * @param patience how long that may take
   */
  public void awaitEnd(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (!places.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Replaces the executors of hosts that still run although their job is over, and that had time to
   * end: an executor that responds ends its tasks, reports that it ended, or breaks its connection.
   * It keeps its slot, so the next attempt would wait for it, for the two minutes or more that
   * Spark takes to remove an executor.
   *
   * @return the hosts
   */
  public List<Place> replace() {
    List<Place> unresponsive = List.copyOf(places.values());
    if (!spark.isLocal()) {
      unresponsive.forEach(this::replace);
    }
    return unresponsive;
  }

  private void replace(Place unresponsive) {
    LOG.warn(
        "executor {} on {} does not respond: asking Spark to replace it",
        unresponsive.executor(),
        unresponsive.host());
    Internals.replaceExecutor(spark.sc(), unresponsive.executor());
  }

  /**
   * Says which executor was lost, the first of several. Empty if none was, and in local mode.
   *
   * @param unresponsive executors whose hosts do not end
   */
  public Optional<String> loss(List<Place> unresponsive) {
    return Optional.ofNullable(lost.get())
        .or(() -> unresponsive.stream().findFirst())
        .filter(place -> !spark.isLocal())
        .map(place -> "executor %s on %s was lost".formatted(place.executor(), place.host()));
  }

  @Override
  public void close() {
    Interruption.uninterrupted(() -> spark.sc().removeSparkListener(this));
  }
}
