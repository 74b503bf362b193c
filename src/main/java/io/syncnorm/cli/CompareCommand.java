package io.syncnorm.cli;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.ModelPlan;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "compare",
    description = "Trains the network with and without batch normalization (the default).")
final class CompareCommand extends RunCommand {
  @Override
  String name() {
    return "compare";
  }

  @Override
  List<ModelPlan> plans(Configuration configuration) {
    return ModelPlan.comparison(configuration);
  }
}
