package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.ResumeMode;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.experiment.RunOrigin;
import io.syncnorm.experiment.SharedData;
import io.syncnorm.experiment.TrainingRun;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.files.RemoteFileSystem;
import io.syncnorm.train.EpochResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** A comparison that its listener aborts, on two slots like {@link CommandRun}. */
final class InterruptedRun implements RunListener {
  private final String lastModel;
  private final int lastEpoch;

  private InterruptedRun(String lastModel, int lastEpoch) {
    this.lastModel = lastModel;
    this.lastEpoch = lastEpoch;
  }

  /** Runs the command up to the end of an epoch of a model, and no further. */
  static void of(List<String> command, Path out, String lastModel, int lastEpoch) {
    of(command, out, lastModel, lastEpoch, new ResumeMode.Auto());
  }

  /** Runs the command up to the end of an epoch of a model, with or without what was there. */
  static void of(
      List<String> command, Path out, String lastModel, int lastEpoch, ResumeMode resume) {
    List<String> settings = new ArrayList<>(command.subList(1, command.size()));
    settings.removeIf("--set"::equals);
    Configuration configuration = ConfigLoader.load(List.of(), settings);
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("InterruptedRun")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.hadoop.fs.remote.impl", RemoteFileSystem.class.getName());
    try (JavaSparkContext spark = new JavaSparkContext(conf);
        SharedData data = new SharedData(spark)) {
      TrainingRun run =
          new TrainingRun(
              spark,
              data,
              Registry.of(out),
              RunOrigin.of(command.get(0)),
              configuration,
              List.of(new InterruptedRun(lastModel, lastEpoch)));
      IllegalStateException broken =
          assertThrows(
              IllegalStateException.class,
              () -> run.run(ModelPlan.comparison(configuration), List.of(), out, resume));
      assertEquals("pulled the plug", broken.getMessage());
    }
  }

  @Override
  public void epochFinished(String model, EpochResult result) {
    if (model.equals(lastModel) && result.epoch() == lastEpoch) {
      throw new IllegalStateException("pulled the plug");
    }
  }

  @Override
  public void runStarted(Path directory, int world, int stepsPerEpoch) {}

  @Override
  public void modelStarted(String model, int epochs) {}

  @Override
  public void checkpointUnused(String checkpoint, String reason) {}

  @Override
  public void modelFinished(String model) {}

  @Override
  public void outputFailed(String what, Exception cause) {}
}
