package io.syncnorm.tracking;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.Metrics;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.MetricsCsv;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import io.syncnorm.train.EpochResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.RunStatus;

/**
 * Logs a run to an MLflow server: the settings that identify it as params, other settings as tags,
 * each epoch's metrics as {@code <model>/<metric>} with the epoch as step, and its outcome as
 * status. Training never waits for the server; only the end of the run does, for at most {@value
 * #DEADLINE_SECONDS} s. While the server is unavailable, data is queued and sent later, at the
 * latest when the same command runs again.
 */
public final class Mlflow implements RunListener {
  private static final String TEST_ACCURACY = "test_accuracy";

  /** Shorter than the time a run has to end after it is asked to stop. */
  private static final long DEADLINE_SECONDS = 10;

  private final String uri;
  private final String experiment;
  private final Configuration configuration;
  private final RunListener warned;
  private final ExecutorService caller;
  private MlflowRun run;

  /**
   * @param uri of the server
   * @param experiment name of the MLflow experiment that the run belongs to
   * @param warned is notified if some data of the run cannot be sent
   */
  public Mlflow(String uri, String experiment, Configuration configuration, RunListener warned) {
    this.uri = uri;
    this.experiment = experiment;
    this.configuration = configuration;
    this.warned = warned;
    this.caller =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "mlflow");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Whether a URI refers to a server that the client can connect to.
   *
   * @return false for folders, which only MLflow's own Python code can write to
   */
  public static boolean isServer(String uri) {
    return uri.matches("https?://.+|databricks(://.*)?");
  }

  @Override
  public void runStarted(Path runDirectory, int world, int stepsPerEpoch) {
    run = new MlflowRun(uri, experiment, runDirectory.getFileName().toString());
    send(
        to -> {
          to.open();
          to.settings(params(world), tags());
        });
  }

  /** Sends the data of a finished run that the server has not yet received. */
  @Override
  public void runFinishedBefore(Path runDirectory, RunResult result) {
    run = new MlflowRun(uri, experiment, runDirectory.getFileName().toString());
    try {
      List<EpochMetrics> rows =
          MetricsCsv.read(Files.readString(runDirectory.resolve(MetricsCsv.FILE)));
      end(
          to ->
              to.openUnlessFinished(
                  () -> {
                    to.settings(params(result.world()), tags());
                    for (ModelResult model : result.models()) {
                      addMissing(
                          to,
                          model.name(),
                          rows.stream().filter(row -> row.model().equals(model.name())).toList());
                    }
                    addEnd(to, result);
                  }));
    } catch (IOException | IllegalArgumentException e) {
      loggingFailed(e);
    }
  }

  private Map<String, String> params(int world) {
    Map<String, String> params = configuration.outcomeSettings();
    params.put("training.world", String.valueOf(world));
    return params;
  }

  /** The settings that may change when the run is resumed. */
  private Map<String, String> tags() {
    Map<String, String> tags = configuration.settings();
    tags.keySet().removeAll(configuration.outcomeSettings().keySet());
    return tags;
  }

  @Override
  public void modelResumed(String model, Optional<String> run, List<EpochResult> history) {
    List<EpochMetrics> rows =
        history.stream().map(result -> Metrics.ofEpoch(model, result)).toList();
    send(to -> addMissing(to, model, rows));
  }

  /** Adds epochs missing on the server, such as one that was checkpointed just before a kill. */
  private static void addMissing(MlflowRun to, String model, List<EpochMetrics> rows) {
    to.missingMetrics(
        model + "/" + TEST_ACCURACY, rows.stream().flatMap(row -> metrics(row).stream()).toList());
  }

  @Override
  public void epochFinished(String model, EpochResult result) {
    List<Metric> metrics = metrics(Metrics.ofEpoch(model, result));
    send(to -> to.metrics(metrics));
  }

  private static List<Metric> metrics(EpochMetrics row) {
    long now = System.currentTimeMillis();
    List<Metric> metrics = new ArrayList<>();
    Map.of(
            "train_loss",
            row.trainLoss(),
            "train_accuracy",
            row.trainAccuracy(),
            "test_loss",
            row.testLoss(),
            TEST_ACCURACY,
            row.testAccuracy(),
            "seconds",
            row.seconds(),
            "sync_seconds",
            row.syncSeconds())
        .forEach(
            (name, value) ->
                metrics.add(
                    Metric.newBuilder()
                        .setKey(row.model() + "/" + name)
                        .setValue(value)
                        .setTimestamp(now)
                        .setStep(row.epoch())
                        .build()));
    return metrics;
  }

  @Override
  public void runDone(RunResult result) {
    end(to -> addEnd(to, result));
  }

  private static void addEnd(MlflowRun to, RunResult result) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (ModelResult model : result.models()) {
      tags.put(model.name() + ".parameters", String.valueOf(model.parameters()));
    }
    to.tags(tags);
    to.status(RunStatus.FINISHED);
  }

  @Override
  public void runFailed(Failure how, String message) {
    end(
        to -> {
          to.tags(Map.of("syncnorm.message", message));
          to.status(how == Failure.INTERRUPTED ? RunStatus.KILLED : RunStatus.FAILED);
        });
  }

  /** Queues data and starts sending it. */
  private void send(Consumer<MlflowRun> adding) {
    caller.execute(
        () -> {
          adding.accept(run);
          run.send(MlflowRun.Unavailable.LATER).ifPresent(this::loggingFailed);
        });
  }

  /** Queues the last data and waits until everything is sent. */
  private void end(Consumer<MlflowRun> adding) {
    if (run == null) { // the run failed before this listener was notified of its start
      caller.shutdown();
      return;
    }
    try {
      caller
          .submit(
              () -> {
                adding.accept(run);
                run.send(MlflowRun.Unavailable.DROP).ifPresent(this::loggingFailed);
                run.close();
              })
          .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      loggingFailed(e.getCause() instanceof Exception cause ? cause : e);
    } catch (TimeoutException e) {
      loggingFailed(
          new TimeoutException(
              String.format(Locale.ROOT, "no answer within %d s: uri=%s", DEADLINE_SECONDS, uri)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      loggingFailed(e);
    }
    caller.shutdownNow();
  }

  private void loggingFailed(Exception cause) {
    warned.outputFailed("MLflow logging", cause);
  }
}
