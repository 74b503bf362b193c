package io.syncnorm.cli;

import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.options.ModelOption;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.cli.process.StandardOutput;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.DataSource;
import io.syncnorm.config.Keys;
import io.syncnorm.experiment.rows.ModelTest;
import io.syncnorm.model.ModelException;
import io.syncnorm.model.TrainedModel;
import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.Json;
import io.syncnorm.report.ModelScore;
import io.syncnorm.spark.TaskSlots;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "evaluate", description = "Evaluates a model on the configured test rows.")
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private ModelOption modelOption;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    options.say("evaluating %s on %s".formatted(modelOption.file(), rows(configuration)));
    TrainedModel model = modelOption.read();
    requireClasses(configuration.get(Keys.CLASSES), model);
    ModelTest test;
    try (JavaSparkContext spark = SparkStart.context(configuration, options::say)) {
      TaskSlots.awaitFirst(spark, configuration.get(Keys.SLOT_TIMEOUT));
      test =
          ModelTest.run(
              spark,
              configuration,
              model,
              format -> modelOption.requireFits(model, format),
              new LoadingRemarks(options::say));
    }
    ClassificationReport evaluation = test.report();
    if (!options.quiet()) {
      print(evaluation);
    }
    StandardOutput.printLine(
        Json.line(
            new ModelScore(
                "done",
                modelOption.file().toString(),
                evaluation.total(),
                evaluation.accuracy(),
                evaluation.loss(),
                test.data())));
    return ExitCode.DONE.code();
  }

  private static String rows(Configuration configuration) {
    DataSource source = DataSource.test(configuration);
    return source.isIdx()
        ? configuration.get(Keys.TEST_IMAGES)
        : source.format() + " " + String.join(", ", source.paths());
  }

  private void requireClasses(int configured, TrainedModel model) {
    if (configured != Keys.AUTO_CLASSES && model.classes() != configured) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "%s does not have the configured number of classes: expected data.classes=%d, found"
                  + " classes=%d",
              modelOption.file(),
              configured,
              model.classes()));
    }
  }

  private static void print(ClassificationReport evaluation) {
    System.err.printf(
        Locale.ROOT,
        "accuracy %.4f (standard error %.4f) on %d rows%n",
        evaluation.accuracy(),
        evaluation.standardError(),
        evaluation.total());
    int width = evaluation.names().stream().mapToInt(String::length).max().orElse(0);
    String name = "%-" + Math.max(width, "class".length()) + "s";
    System.err.printf(Locale.ROOT, name + "      rows  precision  recall      F1%n", "class");
    for (int c = 0; c < evaluation.classes(); c++) {
      System.err.printf(
          Locale.ROOT,
          name + "  %8d  %9.4f  %6.4f  %6.4f%n",
          evaluation.name(c),
          evaluation.actual(c),
          evaluation.precision(c),
          evaluation.recall(c),
          evaluation.f1(c));
    }
  }
}
