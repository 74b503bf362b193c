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

/** Where else the figures of a run go. */
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

  /** Refuses what cannot be, before Spark starts. */
  public void requireUsable() {
    if (mlflow == null) {
      return;
    }
    if (!Mlflow.isServer(mlflow)) {
      throw new ParameterException(
          command.commandLine(),
          "--mlflow is the address of a server, as http://host:5000: found --mlflow=%s; MLflow's client for Java cannot write to folders, so start one with: mlflow server --backend-store-uri %s"
              .formatted(mlflow, mlflow));
    }
    try {
      Class.forName(CLIENT);
    } catch (ClassNotFoundException e) {
      throw new ParameterException(
          command.commandLine(),
          "--mlflow needs MLflow's client on the class path: give spark-submit --packages"
              + " org.mlflow:mlflow-client:2.17.2",
          e);
    }
  }

  /**
   * The listener, Spark's metrics, and those that were asked for.
   *
   * @param experiment what MLflow shall file the run under
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
