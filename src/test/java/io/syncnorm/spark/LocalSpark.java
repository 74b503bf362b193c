package io.syncnorm.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark in this JVM, for tests. */
public final class LocalSpark {
  private LocalSpark() {}

  /** Settings of a context that listens on this machine only and has no UI. */
  public static SparkConf conf(String name, int slots) {
    return new SparkConf()
        .setMaster("local[" + slots + "]")
        .setAppName(name)
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1");
  }

  /** Starts a context. */
  public static JavaSparkContext start(String name, int slots) {
    return new JavaSparkContext(conf(name, slots));
  }
}
