package io.syncnorm.cli.process;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.spark.Freeing;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.TaskSlots;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Starts Spark with this job's defaults; settings given to spark-submit take precedence. */
public final class SparkStart {
  private static final String ALL_CORES = "local[*]";

  private SparkStart() {}

  /**
   * @param remark receives remarks for the user about the start
   */
  public static JavaSparkContext context(Configuration configuration, Consumer<String> remark) {
    return context(configuration, 1, remark);
  }

  /**
   * @param parallel number of runs at a time, which share the slots
   */
  public static JavaSparkContext context(
      Configuration configuration, int parallel, Consumer<String> remark) {
    SparkConf conf = conf(configuration, parallel, remark);
    remark.accept(
        "starting Spark on %s for %s"
            .formatted(conf.get("spark.master"), configuration.get(Keys.RUN_NAME)));
    return new Context(conf);
  }

  /**
   * A context that stops after its tasks, and after what has been freed is gone. A job that has
   * failed leaves others of its tasks running; in local mode Spark prints a stack trace for each
   * that finds its environment gone.
   */
  private static final class Context extends JavaSparkContext {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Freeing takes milliseconds, if no task is left and the machine is not busy. */
    private static final Duration PATIENCE_WITHOUT_TASKS = Duration.ofSeconds(30);

    private static final long POLL_MILLIS = 20;

    Context(SparkConf conf) {
      super(conf);
    }

    @Override
    public void stop() {
      try {
        if (isLocal() && !sc().isStopped()) {
          Sent.of(this, 0).destroy(); // gone after the rows that were unpersisted before
          if (isOver(PATIENCE, () -> TaskSlots.areBusy(this))) {
            isOver(PATIENCE_WITHOUT_TASKS, Freeing::isBusy);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // stop without waiting
      } finally {
        super.stop();
      }
    }

    /** Waits, and returns whether it is over in time. */
    private static boolean isOver(Duration patience, BooleanSupplier isBusy)
        throws InterruptedException {
      long end = System.nanoTime() + patience.toNanos();
      while (isBusy.getAsBoolean()) {
        if (System.nanoTime() >= end) {
          return false;
        }
        Thread.sleep(POLL_MILLIS);
      }
      return true;
    }
  }

  /** Hadoop's configuration, including Spark's {@code spark.hadoop.*} settings. */
  public static org.apache.hadoop.conf.Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  /**
   * Whether the driver runs in YARN's application master, as in cluster mode. YARN treats an ending
   * JVM as a failure, whatever the code; main must return, or throw the code.
   */
  public static boolean isInApplicationMaster() {
    SparkConf conf = new SparkConf();
    return conf.get("spark.master", "").equals("yarn")
        && conf.get("spark.submit.deployMode", "").equals("cluster");
  }

  private static SparkConf conf(
      Configuration configuration, int parallel, Consumer<String> remark) {
    SparkConf conf =
        new SparkConf()
            .setIfMissing("spark.master", ALL_CORES)
            .setIfMissing("spark.app.name", "SyncNorm " + configuration.get(Keys.RUN_NAME))
            // All ranks of a barrier stage must start, regardless of where their shards are.
            .setIfMissing("spark.locality.wait", "0s")
            // We wait for slots ourselves; if one is lost in between, Spark should check again
            // soon.
            .setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    KryoSettings.adapt(conf, remark);
    if (conf.get("spark.master").matches("local(\\[.*)?")) {
      // A rank out of memory would end the JVM, which here is the driver, before it can report
      // that.
      conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
      // In local mode Spark also splits broadcasts into blocks, although they are never sent.
      conf.setIfMissing("spark.broadcast.compress", "false");
      conf.setIfMissing("spark.broadcast.checksum", "false");
    }
    if (parallel > 1) {
      conf.setIfMissing("spark.scheduler.mode", "FAIR");
    }
    int cores = Runtime.getRuntime().availableProcessors();
    int fewest =
        configuration.get(Keys.WORLD) instanceof WorldSize.Fixed world
            ? parallel * Math.min(world.ranks(), configuration.get(Keys.MIN_SLOTS))
            : 1;
    int slotCores = fewest * conf.getInt("spark.task.cpus", 1);
    if (conf.get("spark.master").equals(ALL_CORES) && slotCores > cores) {
      conf.set("spark.master", String.format(Locale.ROOT, "local[%d]", slotCores));
    }
    TaskSlots.requireCoresForATask(conf);
    return conf;
  }
}
