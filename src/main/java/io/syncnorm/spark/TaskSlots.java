package io.syncnorm.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/** How many tasks Spark can run at once: the largest world there can be. */
public final class TaskSlots {
  private TaskSlots() {}

  /** Slots of all executors that are registered now. */
  public static int available(JavaSparkContext spark) {
    SparkContext context = spark.sc();
    // Spark's own question before it starts a barrier stage; private to Scala, public to the JVM.
    return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
  }

  /**
   * @throws SlotsException if a world does not fit
   */
  public static void require(JavaSparkContext spark, int world) {
    int slots = available(spark);
    if (world > slots) {
      throw new SlotsException(world, slots, spark.master());
    }
  }

  /** A world needs more task slots than Spark has. */
  public static final class SlotsException extends RuntimeException {
    SlotsException(int world, int slots, String master) {
      super(
          "all ranks must run at the same time, and there are not enough task slots: expected world=%d, found slots=%d on master=%s; lower training.world, or give Spark more cores (local[%d], --num-executors, --executor-cores)"
              .formatted(world, slots, master, world));
    }
  }
}
