package io.syncnorm.cli;

import io.syncnorm.cli.options.ClusterOptions;
import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.cli.process.StandardOutput;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.NetworkSource;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Shape;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.rows.DataSources;
import io.syncnorm.plan.Cluster;
import io.syncnorm.plan.MeasuredSteps;
import io.syncnorm.plan.PlanResult;
import io.syncnorm.plan.ScalingPlan;
import io.syncnorm.plan.StepMeasurement;
import io.syncnorm.report.Json;
import io.syncnorm.spark.probe.ClusterProbe;
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
        "Says what more ranks would bring before they are there: measures a step, and computes"
            + " steps and epochs of larger worlds for a network, which is described or measured.")
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
  private record Training(Configuration configuration, Shape shape) {
    /** Rejects a network that cannot be trained. */
    Training {
      ModelPlan.of(configuration).model(new RowFormat(List.of(shape.rowLength()), false));
    }
  }

  @Override
  public Integer call() {
    Configuration configuration = options.configuration();
    clusterOptions.requireValid(configuration);
    if (configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile file) {
      throw new ParameterException(
          spec.commandLine(),
          "plan measures the network of model.hidden or model.layers: expected model.dl4j = none, found model.dl4j"
              + " = "
              + file.path());
    }
    PlanResult result =
        clusterOptions.isProbing() ? planProbed(configuration) : planDescribed(configuration);
    if (!options.quiet()) {
      System.err.print(ScalingTable.of(result));
    }
    StandardOutput.printLine(Json.line(result));
    return ExitCode.DONE.code();
  }

  /** Plans a cluster that the options describe, with a step on this machine. */
  private PlanResult planDescribed(Configuration configuration) {
    Training training;
    if (clusterOptions.shape().isPresent()) {
      training = new Training(configuration, clusterOptions.shape().get());
    } else {
      try (JavaSparkContext spark = SparkStart.context(configuration, options::say)) {
        training = read(spark, configuration);
      }
    }
    Cluster cluster = clusterOptions.cluster(1, clusterOptions.network());
    options.say("measuring a step");
    MeasuredSteps steps =
        StepMeasurement.measure(
            training.configuration(),
            training.shape(),
            cluster,
            clusterOptions.ranks(),
            "this machine");
    return plan(training, cluster, steps, "");
  }

  /** Plans the cluster that Spark runs on, with a step on one of its executors. */
  private PlanResult planProbed(Configuration configuration) {
    try (JavaSparkContext spark = SparkStart.context(configuration, options::say)) {
      ClusterProbe probe = ClusterProbe.of(spark, configuration);
      Training training =
          clusterOptions
              .shape()
              .map(shape -> new Training(configuration, shape))
              .orElseGet(() -> read(spark, configuration));
      Cluster typical = clusterOptions.cluster(probe.slotsOfExecutor(), LinkCost.TYPICAL);
      options.say("measuring the network between two executors, then a step on one of them");
      ClusterProbe.Measured measured =
          probe.measure(
              training.configuration(), training.shape(), typical, clusterOptions.ranks());
      if (measured.isOneMachine()) {
        options.say(
            "both executors run on one machine, so this is not the network between machines: "
                + measured.between());
      }
      return plan(training, typical.on(measured.network()), measured.steps(), measured.between());
    }
  }

  /** Reads all training rows once. */
  private Training read(JavaSparkContext spark, Configuration configuration) {
    Source source = new DataSources(spark, configuration).training();
    try (PackedData packed = DataSources.read(spark, source, new LoadingRemarks(options::say))) {
      Counts counts = packed.survey().training();
      Shape shape = new Survey(source.format(), counts, counts).shape(Part.TRAINING);
      return new Training(
          DataSources.resolved(configuration, source, counts.rowsByLabel()),
          clusterOptions.shape(shape));
    }
  }

  private PlanResult plan(Training training, Cluster cluster, MeasuredSteps steps, String network) {
    return new ScalingPlan(training.configuration(), training.shape(), cluster, steps)
        .result(clusterOptions.ranks(), network);
  }
}
