package io.syncnorm.cli;

import io.syncnorm.checkpoint.CheckpointFolder;
import io.syncnorm.config.CheckpointPlace;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.nn.Blas;
import io.syncnorm.report.CheckResult;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.ranks.Encryption;
import io.syncnorm.spark.version.Supported;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checks of {@code check}. They are independent: one fault does not hide the next. */
final class Preflight {
  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

  private final JavaSparkContext spark;
  private final Configuration configuration;
  private final Path out;
  private final Consumer<String> remark;
  private final CheckItems items = new CheckItems();

  /**
   * @param remark receives remarks for the user on the progress
   */
  Preflight(
      JavaSparkContext spark, Configuration configuration, Path out, Consumer<String> remark) {
    this.spark = spark;
    this.configuration = configuration;
    this.out = out;
    this.remark = remark;
  }

  CheckResult result() {
    java();
    sparkVersion();
    blas();
    dynamicAllocation();
    encryption();
    int world = slots();
    new DataPreflight(spark, configuration, items, remark).check(world);
    output();
    checkpoints();
    return items.result();
  }

  /** The exit code that a run would have: that of the first fault. */
  ExitCode code() {
    return items.code();
  }

  private void java() {
    String version = System.getProperty("java.specification.version");
    items.find(
        "Java",
        Supported.JAVA.contains(version),
        ExitCode.RESOURCES,
        System.getProperty("java.version"),
        "expected " + Supported.EXPECTED_JAVA + "; set JAVA_HOME");
  }

  private void sparkVersion() {
    items.find(
        "Spark",
        spark.version().startsWith(Supported.PREFIX),
        ExitCode.RESOURCES,
        spark.version() + " on " + spark.master(),
        "expected " + Supported.EXPECTED);
  }

  private void blas() {
    Blas blas = Blas.instance();
    items.pass( // never a fault here: a run that needs the native library reports that itself
        "BLAS",
        String.format(
            Locale.ROOT,
            "%s, %.0f GFLOP/s (sgemm, one thread)%s",
            blas.description(),
            blas.measureGigaflops(),
            blas.isNative()
                ? ""
                : ": training will be slow; use a job jar built for this platform"
                    + " (-Djavacpp.platform)"));
  }

  private int slots() {
    Duration patience = configuration.get(Keys.SLOT_TIMEOUT);
    WorldSize configured = configuration.get(Keys.WORLD);
    int world = configured instanceof WorldSize.Fixed fixed ? fixed.ranks() : 1;
    try { // executors may still be starting
      if (configured instanceof WorldSize.Fixed) {
        TaskSlots.awaitStart(spark, world, configuration.get(Keys.MIN_SLOTS), patience);
      } else {
        world = TaskSlots.settled(spark, patience);
      }
    } catch (SlotsException e) {
      LOG.debug("included in the listing", e);
      items.fail("task slots", e);
      return world;
    }
    items.pass("task slots", found(world));
    return world;
  }

  private String found(int world) {
    if (TaskSlots.areDynamic(spark)) { // executors start with the run
      int most = TaskSlots.most(spark);
      return String.format(
          Locale.ROOT,
          "%s slots, world=%d",
          most == Integer.MAX_VALUE ? "any number of" : "at most " + most,
          world);
    }
    int slots = TaskSlots.available(spark);
    int perSlot = TaskSlots.perSlot(world, slots);
    String found = String.format(Locale.ROOT, "slots=%d, world=%d", slots, world);
    return perSlot == 1
        ? found
        : String.format(Locale.ROOT, "%s: %d ranks share a slot", found, perSlot);
  }

  private void dynamicAllocation() {
    items.pass(
        "dynamic allocation",
        TaskSlots.areDynamic(spark)
            ? "spark.dynamicAllocation.enabled=true: ranks start on the slots that can be gathered"
            : "spark.dynamicAllocation.enabled=false");
  }

  private void encryption() {
    try {
      items.pass("encryption", Encryption.of(spark, configuration).message());
    } catch (SparkSettingException e) {
      items.fail("encryption", e);
    }
  }

  private void output() {
    try {
      RunDirectory.requireWritable(out);
      items.pass("output", out.toAbsolutePath().normalize() + " is writable");
    } catch (UnwritableException e) {
      items.fail("output", e);
    }
  }

  private void checkpoints() {
    if (configuration.get(Keys.CHECKPOINT_DIR) instanceof CheckpointPlace.Elsewhere elsewhere) {
      try {
        CheckpointFolder.requireWritable(elsewhere, configuration, spark.hadoopConfiguration());
        items.pass("checkpoints", elsewhere.address() + " is writable");
      } catch (UnwritableException e) {
        items.fail("checkpoints", e);
      }
    }
  }
}
