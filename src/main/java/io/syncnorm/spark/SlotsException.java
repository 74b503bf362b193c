package io.syncnorm.spark;

import java.time.Duration;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;

/** Thrown when Spark has fewer task slots than training needs. */
public final class SlotsException extends RuntimeException {
  static final String TASK_CPUS = "spark.task.cpus";

  private SlotsException(String message) {
    super(message);
  }

  /** Fewer slots than {@code training.min-slots}. */
  public static SlotsException tooFew(JavaSparkContext spark, int fewest, int slots) {
    return tooFew(spark, fewest, "training.min-slots", slots);
  }

  /** Fewer slots than a world that takes all slots needs. */
  static SlotsException tooFewForAll(JavaSparkContext spark, int fewest, int slots) {
    return tooFew(spark, fewest, "training.world = auto", slots);
  }

  private static SlotsException tooFew(
      JavaSparkContext spark, int fewest, String setting, int slots) {
    int taskCpus = spark.getConf().getInt(TASK_CPUS, 1);
    return new SlotsException(
        String.format(
            Locale.ROOT,
            "too few task slots to train: expected slots>=%d (%s), found slots=%d on master=%s%s%s;"
                + " give Spark more cores (local[%d], --num-executors, --executor-cores), or lower"
                + " training.min-slots if it is above 1",
            fewest,
            setting,
            slots,
            spark.master(),
            taskCpus == 1
                ? ""
                : String.format(
                    Locale.ROOT, ", where each task takes %s=%d cores", TASK_CPUS, taskCpus),
            pending(spark),
            (long) fewest * taskCpus));
  }

  /** Not all executors that Spark was asked for have started. */
  static SlotsException missing(JavaSparkContext spark, RequestedSlots asked, int slots) {
    return new SlotsException(
        String.format(
            Locale.ROOT,
            "not all executors have started, and training.world = auto means one rank per task slot"
                + " that Spark was asked for: expected slots=%d (%s), found slots=%d on"
                + " master=%s%s; find out why executors are missing, ask Spark for fewer, or set"
                + " training.world to the available slots",
            asked.slots(),
            asked.settings(),
            slots,
            spark.master(),
            pending(spark)));
  }

  /** What Kubernetes says of a pod that did not start. */
  private static String pending(JavaSparkContext spark) {
    return PendingPods.reason(spark).map(reason -> ", " + reason).orElse("");
  }

  /** The number of slots, which would be the world, has no limit. */
  static SlotsException unlimited(JavaSparkContext spark) {
    return new SlotsException(
        "training.world = auto means one rank per task slot, whose number dynamic allocation does not limit: %s on master=%s; set training.world to the number of ranks"
            .formatted(RequestedSlots.unlimited(spark.getConf()), spark.master()));
  }

  /**
   * Fewer than two executors, between which the network could be measured.
   *
   * @param executors that have started
   */
  static SlotsException oneExecutor(JavaSparkContext spark, int executors) {
    return new SlotsException(
        String.format(
            Locale.ROOT,
            "the network is measured between two executors: expected executors>=2, found"
                + " executors=%d on master=%s; %s, or describe the network with --latency and"
                + " --bandwidth",
            executors,
            spark.master(),
            spark.isLocal()
                ? "submit to a cluster (submit/standalone.sh, submit/yarn.sh, submit/kubernetes.sh)"
                : TaskSlots.areDynamic(spark)
                    ? "set spark.dynamicAllocation.minExecutors=2"
                    : "give Spark more (--executors 2)"));
  }

  /**
   * Both ranks that were to measure the network ran in one executor.
   *
   * @param executor Spark's id of it
   */
  public static SlotsException sameExecutor(JavaSparkContext spark, String executor) {
    return new SlotsException(
        String.format(
            Locale.ROOT,
            "the network is measured between two executors, but Spark ran both tasks in one:"
                + " executor=%s on master=%s; give each executor one slot (--executors 2"
                + " --executor-cores 1), or describe the network with --latency and --bandwidth",
            executor,
            spark.master()));
  }

  /** No executor is left. */
  static SlotsException lost(JavaSparkContext spark, Duration timeout) {
    return new SlotsException(
        String.format(
            Locale.ROOT,
            "all executors were lost, and none has started again: expected slots>=1, found slots=0"
                + " on master=%s after %d s%s; see the executors' logs for why they ended",
            spark.master(),
            timeout.toSeconds(),
            pending(spark)));
  }

  /** Executors have no slot, since a task takes more cores than they have. */
  static SlotsException none(int taskCpus, int cores, String master) {
    return new SlotsException(
        String.format(
            Locale.ROOT,
            "a task takes more cores than an executor has: expected cores>=%d (%s), found cores=%d"
                + " on master=%s; give executors more cores, or lower %s, since a rank uses one"
                + " core",
            taskCpus,
            TASK_CPUS,
            cores,
            master,
            TASK_CPUS));
  }
}
