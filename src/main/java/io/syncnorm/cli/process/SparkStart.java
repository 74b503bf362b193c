package io.syncnorm.cli.process;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.spark.TaskSlots;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Spark as this job wants it, over what spark-submit was given. */
public final class SparkStart {
  private static final String ALL_CORES = "local[*]";

  private SparkStart() {}

  /**
   * @param remark told what a user should know about the start, if anything
   */
  public static JavaSparkContext context(Configuration configuration, Consumer<String> remark) {
    return context(configuration, 1, remark);
  }

  /**
   * @param parallel runs at a time, which share the slots
   */
  public static JavaSparkContext context(
      Configuration configuration, int parallel, Consumer<String> remark) {
    SparkConf conf = conf(configuration, parallel, remark);
    remark.accept(
        "starting Spark on %s for %s"
            .formatted(conf.get("spark.master"), configuration.get(Keys.RUN_NAME)));
    return new JavaSparkContext(conf);
  }

  /** Hadoop's settings, with those given to Spark as {@code spark.hadoop.*}. */
  public static org.apache.hadoop.conf.Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  /**
   * Whether the driver runs in YARN's application master, as in cluster mode. That takes the end of
   * the JVM for a failure, whatever the code; it wants main to return, or to throw the code.
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
            // The ranks of a barrier stage must all start, wherever their shards are.
            .setIfMissing("spark.locality.wait", "0s")
            // We wait for slots ourselves; should one vanish in between, Spark shall look again
            // soon.
            .setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    KryoSettings.mend(conf, remark);
    if (conf.get("spark.master").matches("local(\\[.*)?")) {
      // A rank without memory would end the JVM, which here is the driver, before it can say so.
      conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
      // Spark cuts broadcasts into blocks here as well, though none of them travels.
      conf.setIfMissing("spark.broadcast.compress", "false");
      conf.setIfMissing("spark.broadcast.checksum", "false");
    }
    if (parallel > 1) {
      conf.setIfMissing("spark.scheduler.mode", "FAIR");
    }
    int cores = Runtime.getRuntime().availableProcessors();
    int ranks =
        configuration.get(Keys.WORLD) instanceof WorldSize.Fixed world
            ? parallel * world.ranks()
            : 1;
    int slotCores = ranks * conf.getInt("spark.task.cpus", 1);
    if (conf.get("spark.master").equals(ALL_CORES) && slotCores > cores) {
      conf.set("spark.master", String.format(Locale.ROOT, "local[%d]", slotCores));
      if (ranks > cores) {
        remark.accept(
            String.format(
                Locale.ROOT,
                "training.world = %d on %d cores: ranks take turns, each epoch takes longer",
                ranks,
                cores));
      }
    }
    TaskSlots.requireCoresForATask(conf);
    return conf;
  }
}
