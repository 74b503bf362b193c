package io.syncnorm.cli;

import io.syncnorm.checkpoint.CheckpointFolder;
import io.syncnorm.config.CheckpointPlace;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.data.DataException;
import io.syncnorm.data.Features;
import io.syncnorm.data.IdxFile;
import io.syncnorm.data.LabelledImages;
import io.syncnorm.data.Sharding;
import io.syncnorm.data.StepPlan;
import io.syncnorm.dl4j.file.ModelException;
import io.syncnorm.dl4j.layer.MissingLibraryException;
import io.syncnorm.experiment.Dataset;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.experiment.UntrainedModel;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.nn.Blas;
import io.syncnorm.report.CheckResult;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.PlanException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checks of {@code check}. They are independent: one fault does not hide the next. */
final class Preflight {
  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);
  private static final String JAVA_EXPECTED = "17";
  private static final String SPARK_EXPECTED = "3.5.";
  private static final long MEGABYTE = 1 << 20;

  /** Heap used by Spark itself in local mode, measured by a heap dump after a run of two models. */
  private static final long SPARK_MEGABYTES = 300;

  private final JavaSparkContext spark;
  private final Configuration configuration;
  private final Path out;
  private final List<CheckResult.Item> items = new ArrayList<>();
  private ExitCode code = ExitCode.DONE;
  private Optional<UntrainedModel> model = Optional.empty();

  Preflight(JavaSparkContext spark, Configuration configuration, Path out) {
    this.spark = spark;
    this.configuration = configuration;
    this.out = out;
  }

  CheckResult result() {
    java();
    sparkVersion();
    blas();
    dynamicAllocation();
    encryption();
    int world = slots();
    data(world);
    output();
    checkpoints();
    return new CheckResult(code == ExitCode.DONE ? "ok" : "faults", List.copyOf(items));
  }

  /** The exit code that a run would have: that of the first fault. */
  ExitCode code() {
    return code;
  }

  private void java() {
    String version = System.getProperty("java.specification.version");
    find(
        "Java",
        version.equals(JAVA_EXPECTED),
        ExitCode.RESOURCES,
        System.getProperty("java.version"),
        "expected Java 17, the newest that Spark 3.5 supports; set JAVA_HOME");
  }

  private void sparkVersion() {
    find(
        "Spark",
        spark.version().startsWith(SPARK_EXPECTED),
        ExitCode.RESOURCES,
        spark.version() + " on " + spark.master(),
        "expected Spark 3.5 with Scala 2.12");
  }

  private void blas() {
    Blas blas = Blas.instance();
    pass( // never a fault here: a run that needs the native library reports that itself
        "BLAS",
        String.format(
            Locale.ROOT,
            "%s, %.0f GFLOP/s (sgemm, one thread)%s",
            blas.description(),
            blas.measureGigaflops(),
            blas.isNative()
                ? ""
                : ": training will be slow; use a job jar built for this platform (-Djavacpp.platform)"));
  }

  private int slots() {
    Duration patience = configuration.get(Keys.SLOT_TIMEOUT);
    WorldSize configured = configuration.get(Keys.WORLD);
    int world = configured instanceof WorldSize.Fixed fixed ? fixed.ranks() : 1;
    try { // executors may still be starting
      if (configured instanceof WorldSize.Fixed) {
        TaskSlots.await(spark, world, patience);
      } else {
        world = TaskSlots.settled(spark, patience);
      }
    } catch (TaskSlots.SlotsException e) {
      LOG.debug("included in the listing", e);
      if (configured instanceof WorldSize.Auto) {
        fail("task slots", e);
        return world;
      }
    } catch (SparkSettingException e) {
      LOG.debug("included in the listing; executors may fail to start because of it", e);
      return world;
    }
    int slots = TaskSlots.available(spark);
    find(
        "task slots",
        slots >= world,
        ExitCode.RESOURCES,
        String.format(Locale.ROOT, "slots=%d, world=%d", slots, world),
        "all ranks must run at the same time; reduce training.world or give Spark more cores");
    return world;
  }

  private void dynamicAllocation() {
    SparkSettingException.dynamicAllocation(spark)
        .ifPresentOrElse(
            fault -> fail("dynamic allocation", fault),
            () ->
                pass(
                    "dynamic allocation",
                    "spark.dynamicAllocation.enabled="
                        + spark.getConf().get("spark.dynamicAllocation.enabled", "false")));
  }

  private void encryption() {
    SparkSettingException.encryption(spark)
        .ifPresentOrElse(
            fault -> fail("encryption", fault),
            () -> pass("encryption", "no unsupported settings"));
  }

  private void data(int world) {
    org.apache.hadoop.conf.Configuration hadoop = spark.hadoopConfiguration();
    Optional<LabelledImages> train =
        read("training data", () -> Dataset.readTrain(configuration, hadoop));
    Optional<LabelledImages> test =
        read("test data", () -> Dataset.readTest(configuration, hadoop));
    if (train.isPresent() && test.isPresent()) {
      memory(train.get(), test.get(), world);
      steps(train.get(), test.get(), world);
    }
  }

  private Optional<LabelledImages> read(String subject, Supplier<LabelledImages> reader) {
    try {
      LabelledImages images = reader.get();
      long bytes = images.files().stream().mapToLong(IdxFile::bytes).sum();
      pass(
          subject,
          String.format(
              Locale.ROOT,
              "%d images of %s, %d bytes on disk",
              images.count(),
              images.images().size(),
              bytes));
      return Optional.of(images);
    } catch (RuntimeException e) {
      fail(subject, e);
      return Optional.empty();
    }
  }

  /**
   * Estimates the memory of images and shards, models with gradient and moments, batches, and
   * Spark.
   */
  private void memory(LabelledImages train, LabelledImages test, int world) {
    long parameters;
    try {
      model = Optional.of(ModelPlan.of(configuration).model(train.images()));
      parameters = model.get().parameters();
      pass("model", parameters + " parameters");
    } catch (ModelPlan.TooLargeException
        | ModelPlan.NotWithFileException
        | MissingLibraryException
        | ModelException e) {
      fail("model", e);
      return;
    }
    long images = 2 * (bytes(train) + bytes(test)) / MEGABYTE;
    boolean hasOuter = configuration.get(Keys.OUTER_TYPE) != Keys.OuterType.NONE;
    long vectors = hasOuter ? 12 : 9; // per rank: model, gradient, optimizers, telemetry, snapshot
    long models = vectors * Float.BYTES * parameters * world / MEGABYTE;
    long rows = Math.min(configuration.get(Keys.BATCH_SIZE), train.count() / world + 1);
    long widths = configuration.get(Keys.HIDDEN).stream().mapToLong(Integer::intValue).sum();
    long batches = Float.BYTES * rows * (train.rowLength() + 3 * widths) * world / MEGABYTE;
    long needed = SPARK_MEGABYTES + images + models + batches;
    long heap = Runtime.getRuntime().maxMemory() / MEGABYTE;
    find(
        "memory",
        heap >= needed,
        ExitCode.RESOURCES,
        String.format(Locale.ROOT, "driver heap %d MB, needs about %d MB", heap, needed),
        "increase the driver's memory with --driver-memory");
  }

  private static long bytes(LabelledImages images) {
    Features values = images.images().values();
    return (long) values.bytes() * values.length();
  }

  /** Deals rows and plans steps as a run does. */
  private void steps(LabelledImages train, LabelledImages test, int world) {
    try {
      StepPlan plan =
          StepPlan.of(
              Sharding.deal(
                  train,
                  test,
                  world,
                  configuration.get(Keys.SEED),
                  Blueprint.dealing(configuration)),
              configuration.get(Keys.BATCH_SIZE));
      PlanException.requireFits(configuration, train.rowLength(), plan);
      PlanException.requireTrainable(configuration, plan);
      long steps = (long) configuration.get(Keys.EPOCHS) * plan.stepsPerEpoch();
      String remark =
          model.flatMap(each -> each.remark().apply(steps)).map("; "::concat).orElse("");
      pass("steps", plan.stepsPerEpoch() + " per epoch" + remark);
    } catch (DataException | PlanException e) {
      fail("steps", e);
    }
  }

  private void output() {
    try {
      RunDirectory.requireWritable(out);
      pass("output", out.toAbsolutePath().normalize() + " is writable");
    } catch (UnwritableException e) {
      fail("output", e);
    }
  }

  private void checkpoints() {
    if (configuration.get(Keys.CHECKPOINT_DIR) instanceof CheckpointPlace.Elsewhere elsewhere) {
      try {
        CheckpointFolder.requireWritable(elsewhere, configuration, spark.hadoopConfiguration());
        pass("checkpoints", elsewhere.address() + " is writable");
      } catch (UnwritableException e) {
        fail("checkpoints", e);
      }
    }
  }

  private void find(String subject, boolean good, ExitCode would, String found, String remedy) {
    if (good) {
      pass(subject, found);
    } else {
      fail(subject, would, "%s: %s".formatted(found, remedy));
    }
  }

  private void pass(String subject, String found) {
    items.add(new CheckResult.Item(subject, true, found));
  }

  private void fail(String subject, RuntimeException fault) {
    fail(subject, ExitCode.of(fault), Main.message(fault));
  }

  private void fail(String subject, ExitCode would, String text) {
    items.add(new CheckResult.Item(subject, false, text));
    code = code == ExitCode.DONE ? would : code;
  }
}
