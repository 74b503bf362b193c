package io.syncnorm.cli.options;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.tracking.Mlflow;
import io.syncnorm.tracking.SparkMetrics;
import io.syncnorm.tracking.TensorBoard;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for external tracking tools. */
public final class TrackingOptions {
  private static final String CLIENT = "org.mlflow.tracking.MlflowClient";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--tensorboard",
      description = "write TensorBoard event files to tensorboard/ in the run directory")
  private boolean tensorBoard;

  @Option(
      names = "--mlflow",
      paramLabel = "URI",
      description = "log to this MLflow server, such as http://127.0.0.1:5000")
  private String mlflow;

  /** Rejects unusable options before Spark starts. */
  public void requireUsable() {
    if (mlflow == null) {
      return;
    }
    if (!Mlflow.isServer(mlflow)) {
      throw new ParameterException(
          command.commandLine(),
          "--mlflow must be the address of a server, such as http://host:5000: found --mlflow=%s; MLflow's Java client cannot write to folders, so start a server with: mlflow server --backend-store-uri %s"
              .formatted(mlflow, mlflow));
    }
    try {
      Class.forName(CLIENT);
    } catch (ClassNotFoundException e) {
      throw new ParameterException(
          command.commandLine(),
          "--mlflow needs MLflow's client on the class path: call spark-submit with --packages"
              + " org.mlflow:mlflow-client:2.17.2",
          e);
    }
  }

  /**
   * Returns the listener together with Spark's metrics and the requested tools.
   *
   * @param experiment name of the MLflow experiment
   */
  public List<RunListener> with(
      RunListener listener, String experiment, Configuration configuration) {
    List<RunListener> listeners = new ArrayList<>(List.of(listener, new SparkMetrics()));
    if (tensorBoard) {
      listeners.add(new TensorBoard(listener));
    }
    if (mlflow != null) {
      listeners.add(new Mlflow(mlflow, experiment, configuration, listener));
    }
    return listeners;
  }
}
