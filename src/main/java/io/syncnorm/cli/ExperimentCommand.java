package io.syncnorm.cli;

import io.syncnorm.cli.options.CommonOptions;
import io.syncnorm.cli.options.GridOptions;
import io.syncnorm.cli.options.RegistryOption;
import io.syncnorm.cli.options.TrackingOptions;
import io.syncnorm.cli.process.RunStop;
import io.syncnorm.cli.process.SparkStart;
import io.syncnorm.cli.process.StandardOutput;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Experiment;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.experiment.RunIdentity;
import io.syncnorm.experiment.SharedData;
import io.syncnorm.experiment.grid.CellOutcome;
import io.syncnorm.experiment.grid.CostEstimate;
import io.syncnorm.experiment.grid.GridCell;
import io.syncnorm.experiment.grid.GridOutputs;
import io.syncnorm.experiment.grid.GridRun;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.report.GridPlan;
import io.syncnorm.report.GridResult;
import io.syncnorm.report.Json;
import io.syncnorm.spark.TaskSlots;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "experiment",
    description = {
      "Runs a grid of configurations, defined in the section experiment of a --config file.",
      "Finished cells are skipped and interrupted ones resume: run it again at any time."
    })
final class ExperimentCommand implements Callable<Integer> {
  private static final Comparator<Configuration> BY_RANKS =
      Comparator.comparingInt(ExperimentCommand::ranks);

  @Mixin private CommonOptions options;
  @Mixin private GridOptions grid;
  @Mixin private RegistryOption registryOption;
  @Mixin private TrackingOptions tracking;

  @Override
  public Integer call() {
    Experiment experiment =
        ConfigLoader.loadExperiment(options.files(), options.overrides(), grid.form());
    grid.requireFitting(experiment);
    tracking.requireUsable();
    Registry registry = registryOption.registry(options.out());
    GridProgress progress = new GridProgress(options, tracking);
    boolean needsSpark = // to count slots, or to read rows that are part of names
        ranks(smallest(experiment)) == 0
            || configurations(experiment).anyMatch(RunIdentity::readsRows);
    if (grid.isDryRun() && !needsSpark) {
      return print(
          plan(
              experiment,
              grid.chosen(GridCell.all(experiment, 1, new RunIdentity(SparkStart.hadoop()))),
              registry));
    }
    try (RunStop stop = new RunStop(grid.limit());
        JavaSparkContext spark =
            SparkStart.context(largest(experiment), grid.parallel(), progress::remark);
        SharedData data = new SharedData(spark)) {
      stop.cancelJobsOf(spark);
      data.identify(configurations(experiment).toList(), new LoadingRemarks(progress::remark));
      List<GridCell> cells =
          grid.chosen(GridCell.all(experiment, slots(spark, experiment), data.identity()));
      grid.requireSlots(spark, cells);
      GridPlan plan = plan(experiment, cells, registry);
      if (grid.isDryRun()) {
        return print(plan);
      }
      progress.begins(plan);
      GridResult result = run(spark, data, registry, experiment, cells, progress, stop);
      // Printed here, because after a signal the process ends as soon as RunStop is closed.
      StandardOutput.printLine(Json.line(result));
      return result.code();
    }
  }

  private GridPlan plan(Experiment experiment, List<GridCell> cells, Registry registry) {
    return CostEstimate.plan(
        experiment.name(), cells, registry.records(), grid.policy(new Failures()));
  }

  private static int print(GridPlan plan) {
    System.err.print(PlanTable.of(plan));
    StandardOutput.printLine(Json.line(plan));
    return ExitCode.DONE.code();
  }

  private GridResult run(
      JavaSparkContext spark,
      SharedData data,
      Registry registry,
      Experiment experiment,
      List<GridCell> cells,
      GridProgress progress,
      RunStop stop) {
    long start = System.nanoTime();
    List<CellOutcome> outcomes =
        new GridRun(
                spark,
                data,
                registry,
                options.out(),
                experiment.name(),
                grid.policy(new Failures()),
                progress,
                stop::isDue)
            .run(cells);
    Path report = new GridOutputs(options.out(), experiment).write(registry, cells);
    progress.remark("report: " + report);
    double seconds = 1e-9 * (System.nanoTime() - start);
    return Failures.result(experiment.name(), outcomes, report, seconds);
  }

  /** The cell that needs the most slots; Spark is started for it. */
  private static Configuration largest(Experiment experiment) {
    return configurations(experiment).max(BY_RANKS).orElseThrow();
  }

  private static Configuration smallest(Experiment experiment) {
    return configurations(experiment).min(BY_RANKS).orElseThrow();
  }

  private static Stream<Configuration> configurations(Experiment experiment) {
    return experiment.cells().stream().map(Experiment.Cell::configuration);
  }

  /** The number of ranks; 0 if the world is {@code auto}. */
  private static int ranks(Configuration configuration) {
    return configuration.get(Keys.WORLD) instanceof WorldSize.Fixed fixed ? fixed.ranks() : 0;
  }

  /** The number of ranks for a world of {@code auto}; slots are counted only if a cell needs it. */
  private static int slots(JavaSparkContext spark, Experiment experiment) {
    Configuration smallest = smallest(experiment);
    return ranks(smallest) == 0 ? TaskSlots.settled(spark, smallest.get(Keys.SLOT_TIMEOUT)) : 1;
  }
}
