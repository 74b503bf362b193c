package io.syncnorm.spark;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.FutureAction;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The number of tasks that Spark can run at once. */
public final class TaskSlots {
  private static final Logger LOG = LoggerFactory.getLogger(TaskSlots.class);
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[\\s*(\\d+)\\s*(?:,.*)?])?");
  private static final long POLL_MILLIS = 50;

  /** Executors of one application register within a second or two of each other. */
  static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(3);

  private TaskSlots() {}

  /** Slots of all executors that are registered now. */
  public static int available(JavaSparkContext spark) {
    return Internals.maxTasks(spark.sc());
  }

  /** Whether Spark starts and stops executors as it needs them. */
  public static boolean areDynamic(JavaSparkContext spark) {
    return Internals.isDynamic(spark.getConf());
  }

  /** The most slots that there can be, as far as it is known. */
  public static int most(JavaSparkContext spark) {
    return areDynamic(spark) && !spark.isLocal()
        ? asked(spark).map(RequestedSlots::slots).orElse(Integer.MAX_VALUE)
        : Integer.MAX_VALUE;
  }

  /** Whether any task runs; {@code false} if the context is stopped. */
  public static boolean areBusy(JavaSparkContext spark) {
    return Internals.hasRunningTasks(spark.sc());
  }

  /** The ranks of a world that one process runs, if all executors are equal. */
  public static int ranksPerProcess(JavaSparkContext spark, int world) {
    int perSlot = perSlot(world, available(spark));
    return (int) Math.min(world, (long) perSlot * perExecutor(spark));
  }

  /** The most ranks of a world that share a slot. */
  public static int perSlot(int world, int slots) {
    int hosts = Math.max(1, Math.min(world, slots));
    return (world + hosts - 1) / hosts;
  }

  /**
   * Says how many ranks will share a slot if there are fewer slots than ranks. Empty under dynamic
   * allocation, where it is not known yet.
   */
  public static Optional<String> sharing(JavaSparkContext spark, int world) {
    return areDynamic(spark) ? Optional.empty() : sharing(world, available(spark));
  }

  /** Says how many ranks share a slot if there are fewer slots than ranks. */
  public static Optional<String> sharing(int world, int slots) {
    return slots >= world
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "world %d on %d %s, %d ranks a slot",
                world,
                slots,
                slots == 1 ? "host" : "hosts",
                perSlot(world, slots)));
  }

  /** Slots of an executor, if all are equal; in local mode those of this process. */
  public static int perExecutor(JavaSparkContext spark) {
    int processes = spark.sc().statusTracker().getExecutorInfos().length; // the driver is one
    int executors = spark.isLocal() ? 1 : Math.max(1, processes - 1);
    return Math.max(1, (available(spark) + executors - 1) / executors);
  }

  /**
   * @param conf the configuration of a Spark context that is not started yet
   * @throws SlotsException if one task takes more cores than an executor has; Spark would not start
   */
  public static void requireCoresForATask(SparkConf conf) {
    String master = conf.get("spark.master");
    Matcher local = LOCAL.matcher(master);
    int cores = conf.getInt("spark.executor.cores", Integer.MAX_VALUE);
    if (local.matches()) {
      cores = local.group(1) == null ? 1 : Integer.parseInt(local.group(1));
    }
    int taskCpus = conf.getInt(SlotsException.TASK_CPUS, 1);
    if (taskCpus > cores) {
      throw SlotsException.none(taskCpus, cores, master);
    }
  }

  /**
   * Waits for the first slot: Spark itself would wait for one without end when rows are read. Under
   * dynamic allocation executors start when there are tasks, so it asks with a task that does
   * nothing. Does not wait in local mode.
   *
   * @throws SlotsException if there is no slot in time
   */
  public static void awaitFirst(JavaSparkContext spark, Duration timeout) {
    if (awaitAny(spark, timeout) == 0) {
      throw SlotsException.tooFew(spark, 1, 0);
    }
  }

  /**
   * Waits for the slots of a world while executors are starting: for one slot per rank, or those
   * that there are when no more executors start. Under dynamic allocation, where executors start
   * when there are tasks, it waits for the first slot only. Does not wait in local mode.
   *
   * @param fewest the slots below which it waits until the timeout; more than the world is the
   *     world
   * @throws SlotsException if there are too few slots in time
   */
  public static void awaitStart(JavaSparkContext spark, int world, int fewest, Duration timeout) {
    if (areDynamic(spark)) {
      awaitFirst(spark, timeout);
      return;
    }
    long end = System.nanoTime() + timeout.toNanos();
    int slots = await(spark, Math.min(world, fewest), timeout);
    int asked = asked(spark).map(RequestedSlots::slots).orElse(world);
    if (slots < Math.min(world, asked) && !spark.isLocal()) {
      unchanging(spark, Math.min(world, asked), end);
    }
  }

  /**
   * Waits until there are enough slots, since executors may still be starting. Does not wait in
   * local mode.
   *
   * @return the slots that there are
   * @throws SlotsException if there are too few slots in time
   */
  public static int await(JavaSparkContext spark, int fewest, Duration timeout) {
    int slots = await(spark, fewest, System.nanoTime() + timeout.toNanos());
    if (slots < fewest) {
      throw SlotsException.tooFew(spark, fewest, slots);
    }
    return slots;
  }

  /**
   * The slots of a world that takes all slots: those of the executors that Spark was asked for, as
   * soon as these have started. If no number was set, the slots when no more executors start. Under
   * dynamic allocation the most slots that there can be, as soon as the first has started.
   *
   * @throws SlotsException if not all executors that Spark was asked for start in time, or none
   *     does: a smaller world would train a different model; or if their number has no limit
   */
  public static int settled(JavaSparkContext spark, Duration timeout) {
    return settled(spark, Integer.MAX_VALUE, timeout);
  }

  /**
   * The slots of a world that takes all slots up to a maximum, for which it waits.
   *
   * @param enough the maximum, at least 1
   */
  public static int settled(JavaSparkContext spark, int enough, Duration timeout) {
    if (spark.isLocal()) {
      return Math.min(enough, available(spark));
    }
    Optional<RequestedSlots> asked = asked(spark);
    if (areDynamic(spark)) {
      int most = Math.min(enough, asked.orElseThrow(() -> SlotsException.unlimited(spark)).slots());
      awaitFirst(spark, timeout);
      return most;
    }
    long end = System.nanoTime() + timeout.toNanos();
    int expected = Math.min(enough, asked.map(RequestedSlots::slots).orElse(1));
    int slots = await(spark, expected, end);
    if (slots < expected) {
      throw expected < enough && asked.isPresent()
          ? SlotsException.missing(spark, asked.get(), slots)
          : SlotsException.tooFewForAll(spark, expected, slots);
    }
    if (slots >= enough) {
      return enough;
    }
    return asked.isPresent() && slots == expected
        ? slots
        : Math.min(enough, unchanging(spark, Integer.MAX_VALUE, end)); // no number was set
  }

  private static Optional<RequestedSlots> asked(JavaSparkContext spark) {
    return RequestedSlots.of(
        spark.getConf(), spark.sc().resourceProfileManager().defaultResourceProfile());
  }

  /** Waits until no more executors start, or there are enough slots. */
  private static int unchanging(JavaSparkContext spark, int enough, long end) {
    int slots = available(spark);
    long since = System.nanoTime();
    while (slots < enough && System.nanoTime() < end && System.nanoTime() - since < SETTLED_NANOS) {
      pause();
      int now = available(spark);
      if (now != slots) {
        slots = now;
        since = System.nanoTime();
      }
    }
    if (slots == 0) { // they were lost again
      throw SlotsException.tooFewForAll(spark, 1, 0);
    }
    return slots;
  }

  /**
   * Waits until any task can run, after executors were lost.
   *
   * @throws SlotsException if there is no slot in time
   */
  static void awaitReplacement(JavaSparkContext spark, Duration timeout) {
    if (awaitAny(spark, timeout) == 0) {
      throw SlotsException.lost(spark, timeout);
    }
  }

  private static int awaitAny(JavaSparkContext spark, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    if (!areDynamic(spark) || available(spark) > 0) {
      return await(spark, 1, end);
    }
    FutureAction<Integer> task = Jobs.submit(spark.parallelize(List.of(0), 1).rdd());
    int slots = 0;
    try {
      slots = await(spark, 1, end);
    } finally {
      if (slots == 0) {
        task.cancel();
      }
    }
    return slots;
  }

  /**
   * Waits until there are {@code expected} slots or time is up, and returns the number of slots.
   */
  private static int await(JavaSparkContext spark, int expected, long end) {
    long start = System.nanoTime();
    int logged = -1;
    int slots = available(spark);
    while (slots < expected && !spark.isLocal() && System.nanoTime() < end) {
      if (slots != logged && System.nanoTime() - start > SETTLED_NANOS) {
        LOG.info("waiting for task slots: expected={}, found={}", expected, slots);
        logged = slots;
      }
      pause();
      slots = available(spark);
    }
    return slots;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for task slots");
    }
  }
}
