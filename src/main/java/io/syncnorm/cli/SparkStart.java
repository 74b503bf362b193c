package io.syncnorm.cli;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.WorldSize;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Spark as this job wants it, over what spark-submit was given. */
final class SparkStart {
  private static final Logger LOG = LoggerFactory.getLogger(SparkStart.class);
  private static final String ALL_CORES = "local[*]";

  private SparkStart() {}

  static JavaSparkContext context(Configuration configuration) {
    return new JavaSparkContext(conf(configuration));
  }

  /** Hadoop's settings, with those given to Spark as {@code spark.hadoop.*}. */
  static org.apache.hadoop.conf.Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  static SparkConf conf(Configuration configuration) {
    SparkConf conf =
        new SparkConf()
            .setIfMissing("spark.master", ALL_CORES)
            .setIfMissing("spark.app.name", "SyncNorm " + configuration.run().name())
            // The ranks of a barrier stage must all start, wherever their shards are.
            .setIfMissing("spark.locality.wait", "0s")
            // We wait for slots ourselves; should one vanish in between, Spark shall look again
            // soon.
            .setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
            // What travels is flat; ND4J's Kryo registrator, which users copy, fails on Java 17.
            .set("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
    if (conf.get("spark.master").matches("local(\\[.*)?")) {
      // A rank without memory would end the JVM, which here is the driver, before it can say so.
      conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
    }
    int cores = Runtime.getRuntime().availableProcessors();
    if (conf.get("spark.master").equals(ALL_CORES)
        && configuration.training().world() instanceof WorldSize.Fixed world
        && world.ranks() > cores) {
      conf.set("spark.master", "local[%d]".formatted(world.ranks()));
      LOG.info(
          "training.world = {} on {} cores: ranks take turns, each epoch takes longer",
          world.ranks(),
          cores);
    }
    return conf;
  }
}
