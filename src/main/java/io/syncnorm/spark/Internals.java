package io.syncnorm.spark;

import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.apache.spark.util.Utils;

/**
 * What Spark's scheduler keeps private in Scala and public in bytecode, the same in all versions
 * that are supported. No other class calls it: {@code InternalsTest} says whether a version still
 * has it.
 */
public final class Internals {
  private Internals() {}

  /** Number of tasks that can run at once on the registered executors. */
  static int maxTasks(SparkContext context) {
    // Spark's own check before a barrier stage.
    return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
  }

  /** Whether Spark starts and stops executors as it needs them; {@code false} in local mode. */
  static boolean isDynamic(SparkConf conf) {
    return Utils.isDynamicAllocationEnabled(conf);
  }

  /** Whether driver and executors are one process. */
  public static boolean isLocal(SparkConf conf) {
    return Utils.isLocalMaster(conf);
  }

  /** Whether any task runs; {@code false} if the context is stopped. */
  static boolean hasRunningTasks(SparkContext context) {
    return context.taskScheduler() instanceof TaskSchedulerImpl scheduler
        && scheduler.runningTasksByExecutors().values().exists(count -> (int) count > 0);
  }

  /** Replaces an executor that does not respond, as Spark itself does in the end. */
  public static void replaceExecutor(SparkContext context, String executor) {
    context.killAndReplaceExecutor(executor);
    // Otherwise later tasks would ask it for their rows until its process has ended.
    SparkEnv.get().blockManager().master().removeExecutorAsync(executor);
    if (SparkEnv.get().mapOutputTracker() instanceof MapOutputTrackerMaster shuffles) {
      shuffles.removeOutputsOnExecutor(executor); // they are made again elsewhere
    }
  }
}
