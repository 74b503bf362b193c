package io.syncnorm.cli;

import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.options.ModelOption;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.LabelledImages;
import io.syncnorm.dl4j.file.Dl4jModel;
import io.syncnorm.dl4j.file.ModelException;
import io.syncnorm.experiment.Dataset;
import io.syncnorm.experiment.ModelEvaluation;
import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.Json;
import io.syncnorm.report.ModelScore;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "evaluate", description = "Evaluates a model zip on the configured test images.")
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private ModelOption modelOption;

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    options.say(
        "evaluating %s on %s".formatted(modelOption.zip(), configuration.get(Keys.TEST_IMAGES)));
    LabelledImages test = Dataset.readTest(configuration, SparkStart.hadoop());
    Dl4jModel model = modelOption.readFor(test.images());
    if (model.classes() != configuration.get(Keys.CLASSES)) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "%s does not have the configured number of classes: expected data.classes=%d, found classes=%d",
              modelOption.zip(),
              configuration.get(Keys.CLASSES),
              model.classes()));
    }
    ModelEvaluation.Outcome outcome = ModelEvaluation.evaluate(model, test);
    ClassificationReport evaluation = outcome.evaluation();
    if (!options.quiet()) {
      print(evaluation);
    }
    StandardOutput.printLine(
        Json.line(
            new ModelScore(
                "done",
                modelOption.zip().toString(),
                test.count(),
                evaluation.accuracy(),
                outcome.loss(),
                Dataset.hashes(test))));
    return ExitCode.DONE.code();
  }

  private static void print(ClassificationReport evaluation) {
    System.err.printf(
        Locale.ROOT,
        "accuracy %.4f (standard error %.4f) on %d images%n",
        evaluation.accuracy(),
        evaluation.standardError(),
        evaluation.total());
    System.err.println("class  images  precision  recall      F1");
    for (int c = 0; c < evaluation.classes(); c++) {
      System.err.printf(
          Locale.ROOT,
          "%5d  %6d  %9.4f  %6.4f  %6.4f%n",
          c,
          evaluation.actual(c),
          evaluation.precision(c),
          evaluation.recall(c),
          evaluation.f1(c));
    }
  }
}
