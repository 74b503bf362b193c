package io.syncnorm.cli;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.MllibBaseline;
import io.syncnorm.experiment.ModelPlan;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "compare",
    description = "Trains the network with and without batch normalization (the default).")
final class CompareCommand extends RunCommand {
  /** Baselines from other libraries, as typed on the command line. */
  private enum Baseline {
    mllib
  }

  @Option(
      names = "--baseline",
      paramLabel = "mllib",
      description =
          "also train Spark MLlib's MultilayerPerceptronClassifier on the same data: result and"
              + " report show accuracy against time")
  private Baseline baseline;

  @Option(
      names = "--baseline-iterations",
      paramLabel = "N",
      defaultValue = "100",
      description = "iterations of the baseline's longest training (default: ${DEFAULT-VALUE})")
  private int iterations;

  @Spec private CommandSpec commandSpec;

  /**
   * Includes the baseline, which changes the outputs and therefore the name of the run directory.
   */
  @Override
  String name() {
    return baseline == null
        ? "compare"
        : String.format(Locale.ROOT, "compare --baseline %s %d", baseline, iterations);
  }

  @Override
  List<MllibBaseline> baselines() {
    if (iterations < 1) {
      throw new ParameterException(
          commandSpec.commandLine(),
          String.format(
              Locale.ROOT, "--baseline-iterations must be at least 1, found %d", iterations));
    }
    return baseline == null ? List.of() : List.of(new MllibBaseline(iterations));
  }

  @Override
  List<ModelPlan> plans(Configuration configuration) {
    if (baseline != null) {
      MllibBaseline.requireApplicable(configuration);
    }
    return ModelPlan.comparison(configuration);
  }
}
