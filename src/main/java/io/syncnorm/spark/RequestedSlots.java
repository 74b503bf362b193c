package io.syncnorm.spark;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceProfile;

/**
 * The task slots of the executors that Spark was asked for, whether or not they have started.
 *
 * @param settings that ask for them, for messages
 */
record RequestedSlots(int slots, String settings) {
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,.*");

  /** Number of executors that YARN and Kubernetes start by default. */
  private static final int DEFAULT_EXECUTORS = 2;

  private static final String INSTANCES = "spark.executor.instances";
  private static final String EXECUTOR_CORES = "spark.executor.cores";
  private static final String CORES_MAX = "spark.cores.max";
  private static final String MAX_EXECUTORS = "spark.dynamicAllocation.maxExecutors";

  /**
   * The slots asked for; under dynamic allocation the most that may be. Empty if no number was set,
   * as on a standalone cluster that gives an application all its cores, and in local mode, which
   * has no executors to wait for.
   *
   * @param profile of the executors
   */
  static Optional<RequestedSlots> of(SparkConf conf, ResourceProfile profile) {
    String master = conf.get("spark.master", "");
    boolean isDynamic = Internals.isDynamic(conf);
    int limit = isDynamic ? conf.getInt(MAX_EXECUTORS, Integer.MAX_VALUE) : Integer.MAX_VALUE;
    Matcher localCluster = LOCAL_CLUSTER.matcher(master);
    if (localCluster.matches()) {
      int workerCores = Integer.parseInt(localCluster.group(2));
      int cores = count(conf, EXECUTOR_CORES, workerCores);
      int executors = Integer.parseInt(localCluster.group(1)) * (workerCores / cores);
      int most = conf.getInt(CORES_MAX, Integer.MAX_VALUE) / cores;
      return asked(conf, profile, Math.min(limit, Math.min(executors, most)), cores, master);
    }
    int cores = count(conf, EXECUTOR_CORES, 1);
    if (master.startsWith("spark://") && conf.contains(CORES_MAX)) {
      int most = conf.getInt(CORES_MAX, 0);
      String setting = setting(CORES_MAX, most);
      return conf.contains(EXECUTOR_CORES)
          ? asked(
              conf,
              profile,
              Math.min(limit, most / cores),
              cores,
              setting + ", " + setting(EXECUTOR_CORES, cores))
          : asked(
              conf, profile, 1, most, setting); // Spark decides how many executors share the cores
    }
    boolean isManaged = master.equals("yarn") || master.startsWith("k8s://");
    if (isManaged && !isDynamic) {
      int executors = conf.getInt(INSTANCES, DEFAULT_EXECUTORS);
      return asked(conf, profile, executors, cores, setting(INSTANCES, executors));
    }
    boolean areCoresKnown = isManaged || conf.contains(EXECUTOR_CORES);
    return limit < Integer.MAX_VALUE && areCoresKnown && !master.startsWith("local")
        ? asked(conf, profile, limit, cores, setting(MAX_EXECUTORS, limit))
        : Optional.empty();
  }

  /** What dynamic allocation was asked for, and should be, if the number of slots has no limit. */
  static String unlimited(SparkConf conf) {
    return "expected a finite %1$s (on a standalone cluster with spark.executor.cores, or spark.cores.max), found %1$s=%2$s"
        .formatted(MAX_EXECUTORS, conf.get(MAX_EXECUTORS, "infinity"));
  }

  private static String setting(String key, int value) {
    return String.format(Locale.ROOT, "%s=%d", key, value);
  }

  private static Optional<RequestedSlots> asked(
      SparkConf conf, ResourceProfile profile, int executors, int cores, String settings) {
    int tasks = cores / count(conf, "spark.task.cpus", 1);
    if (!profile.limitingResource(conf).isEmpty()) { // may be a resource other than cores
      tasks = Math.min(tasks, profile.maxTasksPerExecutor(conf));
    }
    int slots = executors * tasks;
    return slots > 0 ? Optional.of(new RequestedSlots(slots, settings)) : Optional.empty();
  }

  private static int count(SparkConf conf, String key, int defaultValue) {
    return Math.max(1, conf.getInt(key, defaultValue));
  }
}
