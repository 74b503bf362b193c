package io.syncnorm.cli;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Shape;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.shard.RowOrder;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.UntrainedModel;
import io.syncnorm.experiment.rows.DataSources;
import io.syncnorm.experiment.rows.SampleRow;
import io.syncnorm.model.MissingLibraryException;
import io.syncnorm.model.ModelException;
import io.syncnorm.plan.RankMemory;
import io.syncnorm.spark.source.Counts;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.Source;
import io.syncnorm.spark.source.Survey;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.PlanException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/** The checks of data, model, memory and steps. Executors read all rows once. */
final class DataPreflight {
  private static final long MEGABYTE = 1 << 20;

  /** Heap used by Spark itself in local mode, measured by a heap dump after a run of two models. */
  private static final long SPARK_MEGABYTES = 300;

  /** More classes than this are not listed with their numbers of rows. */
  private static final int MOST_LISTED = 20;

  private final JavaSparkContext spark;
  private final Configuration configuration;
  private final CheckItems items;
  private final Consumer<String> remark;

  DataPreflight(
      JavaSparkContext spark,
      Configuration configuration,
      CheckItems items,
      Consumer<String> remark) {
    this.spark = spark;
    this.configuration = configuration;
    this.items = items;
    this.remark = remark;
  }

  /** A source whose rows are valid. */
  private record Checked(Source source, Counts counts) {}

  void check(int world) {
    DataSources sources = new DataSources(spark, configuration);
    Optional<Checked> training = check("training", sources::training);
    Optional<Checked> test =
        check(
            "test",
            () -> training.isPresent() ? sources.test(training.get().source()) : sources.test());
    if (training.isEmpty() || test.isEmpty()) {
      return;
    }
    Configuration resolved;
    try {
      resolved =
          DataSources.resolved(
              configuration, training.get().source(), training.get().counts().rowsByLabel());
      DataSources.requireClasses(resolved, test.get().source(), test.get().counts().rowsByLabel());
    } catch (DataException e) {
      items.fail("classes", e);
      return;
    }
    RowFormat format = training.get().source().format();
    Survey survey = new Survey(format, training.get().counts(), test.get().counts());
    Optional<UntrainedModel> model = model(resolved, format);
    model.ifPresent(found -> memory(resolved, found.parameters(), survey, world));
    steps(resolved, model, training.get(), test.get(), world);
  }

  private Optional<Checked> check(String part, Supplier<Source> opener) {
    String subject = part + " data";
    try {
      Source source = opener.get();
      items.pass(part + " schema", source.schema());
      try (PackedData packed = DataSources.read(spark, source, new LoadingRemarks(remark))) {
        Counts counts = packed.survey().training();
        items.pass(subject, text(source, counts));
        items.pass(part + " sample", SampleRow.of(source, packed));
        return Optional.of(new Checked(source, counts));
      }
    } catch (RuntimeException e) {
      items.fail(subject, e);
      return Optional.empty();
    }
  }

  private static String text(Source source, Counts counts) {
    RowFormat format = source.format();
    List<String> classes = new ArrayList<>();
    for (int c = 0; c < Math.min(counts.rowsByLabel().length, MOST_LISTED); c++) {
      int label = c;
      classes.add(
          source.classNames().map(names -> names.get(label)).orElse(String.valueOf(label))
              + ": "
              + counts.rowsByLabel()[c]);
    }
    return String.format(
        Locale.ROOT,
        "%s: %d %s of %s%s; rows by class: %s%s",
        source.description(),
        counts.rows(),
        format.picture().isPresent() ? "images" : "rows",
        format.size(),
        format.picture().isPresent() ? "" : " features",
        String.join(", ", classes),
        counts.rowsByLabel().length > MOST_LISTED ? ", ..." : "");
  }

  private Optional<UntrainedModel> model(Configuration resolved, RowFormat format) {
    try {
      UntrainedModel model = ModelPlan.of(resolved).model(format);
      items.pass("model", model.parameters() + " parameters");
      return Optional.of(model);
    } catch (ModelPlan.TooLargeException
        | ModelPlan.NotApplicableException
        | PlanException
        | MissingLibraryException
        | ModelException e) {
      items.fail("model", e);
      return Optional.empty();
    }
  }

  /**
   * Estimates the memory of rows within their budget, models with gradient and moments, batches,
   * and Spark. In local mode the driver is the executor; otherwise its heap holds models alone.
   */
  private void memory(Configuration resolved, long parameters, Survey survey, int world) {
    boolean isLocal = spark.sc().isLocal();
    int executors =
        isLocal ? 1 : Math.max(1, spark.sc().statusTracker().getExecutorInfos().length - 1);
    int ranks = (world + executors - 1) / executors;
    long models = RankMemory.models(resolved, parameters);
    long rows = Math.min(resolved.get(Keys.BATCH_SIZE), survey.training().rows() / world + 1);
    long batches = RankMemory.batches(resolved, survey.format().rowLength(), rows);
    long driver = SPARK_MEGABYTES + models / MEGABYTE;
    long heap = Runtime.getRuntime().maxMemory();
    if (isLocal) {
      long stored = stored(resolved, survey, world, ranks, heap);
      driver = SPARK_MEGABYTES + (stored + ranks * (models + batches)) / MEGABYTE;
    } else {
      executor(ranks * (models + batches), world, ranks, survey, resolved);
    }
    items.find(
        "memory",
        heap / MEGABYTE >= driver,
        ExitCode.RESOURCES,
        String.format(Locale.ROOT, "driver heap %d MB, needs about %d MB", heap / MEGABYTE, driver),
        "increase the driver's memory with --driver-memory");
  }

  private void executor(
      long training, int world, int ranks, Survey survey, Configuration resolved) {
    long heap = spark.getConf().getSizeAsBytes("spark.executor.memory", "1g");
    long stored = stored(resolved, survey, world, ranks, heap);
    long needed = SPARK_MEGABYTES + (stored + training) / MEGABYTE;
    items.find(
        "executor memory",
        heap / MEGABYTE >= needed,
        ExitCode.RESOURCES,
        String.format(
            Locale.ROOT,
            "executor heap %d MB, needs about %d MB for %d ranks",
            heap / MEGABYTE,
            needed,
            ranks),
        "increase the executors' memory with --executor-memory");
  }

  /** Bytes of rows that the ranks of a process hold: what is configured, or the least they need. */
  private static long stored(
      Configuration resolved, Survey survey, int world, int ranks, long heap) {
    Shape training = survey.shape(Part.TRAINING);
    Shape test = survey.shape(Part.TEST);
    long least =
        RowStore.leastBytes(ofRank(training, world), RowOrder.RESHUFFLED_EACH_EPOCH)
            + RowStore.leastBytes(ofRank(test, world), RowOrder.FIXED);
    return Math.min(
        bytes(training) + bytes(test), Math.max(resolved.rowMemory(heap), ranks * least));
  }

  private static Shape ofRank(Shape all, int world) {
    return all.withRows((all.rows() + world - 1) / world);
  }

  private static long bytes(Shape shape) {
    return shape.rows() * shape.averageBytes();
  }

  /** Deals rows and plans steps as a run does. */
  private void steps(
      Configuration resolved,
      Optional<UntrainedModel> model,
      Checked training,
      Checked test,
      int world) {
    try {
      PackedData.requireSameFormat(training.source(), test.source());
      Deal deal =
          Blueprint.dealing(resolved)
              .deal(training.counts().rowsByLabel(), world, resolved.get(Keys.SEED));
      StepPlan plan = StepPlan.of(deal, resolved.get(Keys.BATCH_SIZE));
      PlanException.requireFits(resolved, training.source().format().rowLength(), plan);
      PlanException.requireTrainable(resolved, plan);
      long steps = (long) resolved.get(Keys.EPOCHS) * plan.stepsPerEpoch();
      String note = model.flatMap(each -> each.remark().apply(steps)).map("; "::concat).orElse("");
      items.pass("steps", plan.stepsPerEpoch() + " per epoch" + note);
    } catch (DataException | PlanException e) {
      items.fail("steps", e);
    }
  }
}
