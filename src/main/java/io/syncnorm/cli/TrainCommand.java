package io.syncnorm.cli;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.ModelPlan;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "train", description = "Trains the network as configured.")
final class TrainCommand extends RunCommand {
  @Override
  String name() {
    return "train";
  }

  @Override
  List<ModelPlan> plans(Configuration configuration) {
    return List.of(ModelPlan.of(configuration));
  }
}
