package io.syncnorm.cli;

import io.syncnorm.cli.options.ClusterOptions;
import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.cli.process.StandardOutput;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.NetworkSource;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Shape;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.rows.DataSources;
import io.syncnorm.plan.Cluster;
import io.syncnorm.plan.PlanResult;
import io.syncnorm.plan.ScalingPlan;
import io.syncnorm.plan.StepCost;
import io.syncnorm.plan.StepMeasurement;
import io.syncnorm.report.Json;
import io.syncnorm.spark.source.Counts;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.Source;
import io.syncnorm.spark.source.Survey;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "plan",
    description =
        "Says what a cluster would bring before there is one: measures a step on this machine, and computes steps and epochs of larger worlds for a network.")
final class PlanCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private ClusterOptions clusterOptions;
  @Spec private CommandSpec spec;

  /**
   * What is trained.
   *
   * @param configuration with the number of classes
   * @param shape of the training rows
   */
  private record Training(Configuration configuration, Shape shape) {}

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    clusterOptions.requireValid(configuration);
    if (configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile file) {
      throw new ParameterException(
          spec.commandLine(),
          "plan measures the network of model.hidden: expected model.dl4j = none, found model.dl4j = "
              + file.path());
    }
    Training training =
        clusterOptions
            .shape()
            .map(shape -> new Training(configuration, shape))
            .orElseGet(() -> read(configuration));
    PlanResult result = plan(training);
    if (!options.quiet()) {
      System.err.print(ScalingTable.of(result));
    }
    StandardOutput.printLine(Json.line(result));
    return ExitCode.DONE.code();
  }

  /** Reads all training rows once. */
  private Training read(Configuration configuration) {
    try (JavaSparkContext spark = SparkStart.context(configuration, options::say)) {
      Source source = new DataSources(spark, configuration).training();
      try (PackedData packed = DataSources.read(spark, source, new LoadingRemarks(options::say))) {
        Counts counts = packed.survey().training();
        Shape shape = new Survey(source.format(), counts, counts).shape(Part.TRAINING);
        return new Training(
            DataSources.resolved(configuration, source, counts.rowsByLabel()),
            clusterOptions.shape(shape));
      }
    }
  }

  private PlanResult plan(Training training) {
    Configuration configuration = training.configuration();
    Shape shape = training.shape();
    ModelPlan.of(configuration).model(new RowFormat(List.of(shape.rowLength()), false));
    Cluster cluster = clusterOptions.cluster();
    int cores = Runtime.getRuntime().availableProcessors();
    int ranks = Math.min(cores, cluster.ranksOfMachine(clusterOptions.mostRanks()));
    options.say("measuring a step, ranks at once: " + ranks);
    StepCost cost = StepMeasurement.measure(configuration, shape, ranks);
    return new ScalingPlan(configuration, shape, cluster, cost)
        .result(clusterOptions.ranks(), ranks, cores);
  }
}
